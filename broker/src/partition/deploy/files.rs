//! Files that are kept as they are: forms and other files, some of which are JSON with an id.

use broker_api::Resource;
use md5::{Digest, Md5};
use record::{DeployedResource, FileSummary};
use serde::Deserialize;

/// How long the id of a file may be, in bytes.
const ID_BYTES_MAX: usize = 4_096;

/// What is read of a file; everything else is for those who use it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    id: Option<String>,
    version_tag: Option<String>,
}

/// What `apply` must know of a form; the error is a sentence.
pub(super) fn form(resource: &Resource) -> Result<DeployedResource, String> {
    let form = Some(Box::new(named(resource, "form")?));
    Ok(DeployedResource { form, ..kept(resource) })
}

/// What `apply` must know of a robot's script, which has an id like a form.
pub(super) fn robot(resource: &Resource) -> Result<DeployedResource, String> {
    let other = Some(Box::new(named(resource, "robot's script")?));
    Ok(DeployedResource { other, ..kept(resource) })
}

/// What `apply` must know of any other file: its name is its id.
pub(super) fn other(resource: &Resource) -> Result<DeployedResource, String> {
    let id = resource.name.clone();
    if id.trim().is_empty() {
        return Err("The file has no name. Give it one: it is its id.".to_owned());
    }
    check_length(&id)?;
    let other = Some(Box::new(FileSummary { id, ..FileSummary::default() }));
    Ok(DeployedResource { other, ..kept(resource) })
}

fn kept(resource: &Resource) -> DeployedResource {
    DeployedResource {
        name: resource.name.clone(),
        content: resource.content.clone(),
        checksum: Md5::digest(&resource.content).as_slice().into(),
        ..DeployedResource::default()
    }
}

/// The id and version tag of a file that is JSON.
fn named(resource: &Resource, what: &str) -> Result<FileSummary, String> {
    let is_object = resource.content.trim_ascii_start().starts_with(b"{");
    let named: Named = serde_json::from_slice(&resource.content)
        .map_err(|error| format!("The {what} is no JSON object with an 'id' as text: {error}."))?;
    if !is_object {
        return Err(format!("The {what} is no JSON object."));
    }
    let id = named.id.unwrap_or_default();
    if id.trim().is_empty() {
        return Err(format!("The {what} has no 'id', or it is blank. Give it one."));
    }
    check_length(&id)?;
    Ok(FileSummary { id: id.into(), version_tag: named.version_tag.unwrap_or_default().into() })
}

fn check_length(id: &str) -> Result<(), String> {
    if id.len() <= ID_BYTES_MAX {
        return Ok(());
    }
    Err(format!("The id is {} bytes long. At most {ID_BYTES_MAX} are allowed.", id.len()))
}

#[cfg(test)]
mod tests {
    use super::{form, other, robot};
    use broker_api::Resource;

    #[test]
    fn a_form_is_a_json_object_with_an_id() {
        let read =
            |text: &str| form(&Resource { name: "f.form".into(), content: text.as_bytes().into() });
        let found = read(r#" {"id": "f", "versionTag": "v1", "components": []}"#).expect("a form");
        let form = found.form.expect("its summary");
        assert_eq!((&*form.id, &*form.version_tag), ("f", "v1"));
        assert_eq!(found.checksum.len(), 16);
        for wrong in
            ["", "no json", "null", "[]", "{}", r#"{"id": " "}"#, r#"{"id": 7}"#, "[\"f\"]"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read(&format!(r#"{{"id": "{}"}}"#, "i".repeat(4_097))).is_err());
    }

    #[test]
    fn a_robots_script_has_an_id_inside_and_any_other_file_its_name() {
        let file = |name: &str, text: &str| Resource {
            name: name.into(),
            content: text.as_bytes().into(),
        };
        let found = robot(&file("r.rpa", r#"{"id": "r7", "script": "…"}"#)).expect("a script");
        assert_eq!(found.other.as_ref().map(|it| &*it.id), Some("r7"));
        assert!(found.form.is_none());
        let refused = robot(&file("r.rpa", "*** Tasks ***")).expect_err("no JSON");
        assert!(refused.starts_with("The robot's script is no JSON object"), "{refused}");
        let found = other(&file("logo.png", "\u{1}")).expect("any bytes will do");
        assert_eq!(found.other.as_ref().map(|it| &*it.id), Some("logo.png"));
        assert!(other(&file(" ", "x")).is_err());
    }

    /// The list of models that other people made says of each form whether it deploys.
    #[test]
    fn forms_of_other_people_deploy_or_are_refused_as_their_list_says() {
        let Ok(folder) = std::env::var("BATON_REFERENCE") else {
            let required = std::env::var("BATON_REQUIRE_REFERENCE").is_ok_and(|it| it == "1");
            assert!(!required, "BATON_REFERENCE names no folder");
            println!("skipped: BATON_REFERENCE names no folder");
            return;
        };
        let models = std::path::Path::new(&folder).join("models");
        let index = std::fs::read_to_string(models.join("INDEX.tsv")).expect("the list");
        let mut counts = [0, 0];
        for line in index.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [path, _, _, _, "form", _, _, expected, ..] = fields[..] else { continue };
            let content = std::fs::read(models.join(path)).expect("the form is readable");
            let found = form(&Resource { name: path.into(), content: content.into() });
            let refused = expected.starts_with("refused: R42 ");
            assert!(refused || expected == "deploys", "{path}: {expected}");
            assert_eq!(found.is_err(), refused, "{path}: {expected}, but {found:?}");
            counts[usize::from(refused)] += 1;
        }
        assert!(counts[0] >= 5 && counts[1] >= 8, "only {counts:?} forms were found");
    }
}
