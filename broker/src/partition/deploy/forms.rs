//! Forms: JSON objects with an id.

use broker_api::Resource;
use md5::{Digest, Md5};
use record::{DeployedResource, FormSummary};
use serde::Deserialize;

/// What is read of a form; everything else is for those who show it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    id: Option<String>,
    version_tag: Option<String>,
}

/// What `apply` must know of a form; the error is a sentence.
pub(super) fn summary(resource: &Resource) -> Result<DeployedResource, String> {
    let is_object = resource.content.trim_ascii_start().starts_with(b"{");
    let form: Form = serde_json::from_slice(&resource.content)
        .map_err(|error| format!("The form is no JSON object with an 'id' as text: {error}."))?;
    if !is_object {
        return Err("The form is no JSON object.".to_owned());
    }
    let id = form.id.unwrap_or_default();
    if id.trim().is_empty() {
        return Err("The form has no 'id', or it is blank. Give it one.".to_owned());
    }
    let summary =
        FormSummary { id: id.into(), version_tag: form.version_tag.unwrap_or_default().into() };
    Ok(DeployedResource {
        name: resource.name.clone(),
        content: resource.content.clone(),
        checksum: Md5::digest(&resource.content).as_slice().into(),
        form: Some(Box::new(summary)),
        ..DeployedResource::default()
    })
}

#[cfg(test)]
mod tests {
    use super::summary;
    use broker_api::Resource;

    #[test]
    fn a_form_is_a_json_object_with_an_id() {
        let read = |text: &str| {
            summary(&Resource { name: "f.form".into(), content: text.as_bytes().into() })
        };
        let found = read(r#" {"id": "f", "versionTag": "v1", "components": []}"#).expect("a form");
        let form = found.form.expect("its summary");
        assert_eq!((&*form.id, &*form.version_tag), ("f", "v1"));
        assert_eq!(found.checksum.len(), 16);
        for wrong in
            ["", "no json", "null", "[]", "{}", r#"{"id": " "}"#, r#"{"id": 7}"#, "[\"f\"]"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
