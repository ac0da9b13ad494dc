//! Generates Rust code and descriptor sets from the `.proto` files, without an installed `protoc`.

use prost::Message as _;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    generate(&out, "gateway", true)?;
    generate(&out, "admin", true)?;
    generate(&out, "log", false)
}

/// Compiles `<name>.proto`. Descriptors go to `<name>.descriptors`, for reflection.
fn generate(out: &Path, name: &str, has_service: bool) -> Result<(), Box<dyn Error>> {
    let file = format!("{name}.proto");
    println!("cargo::rerun-if-changed={file}");
    let descriptors = protox::compile([&file], ["."])?;
    // Reflection sends descriptors to clients; comments and positions would only make them larger.
    let mut bare = descriptors.clone();
    for file in &mut bare.file {
        file.source_code_info = None;
    }
    std::fs::write(out.join(format!("{name}.descriptors")), bare.encode_to_vec())?;
    tonic_prost_build::configure()
        .build_server(has_service)
        .build_client(has_service)
        .emit_rerun_if_changed(false)
        .compile_fds(descriptors)?;
    Ok(())
}
