//! Takes the built dashboard (`web/dist/app`, made by `make web`) into the binary, when it is there.
//!
//! Not for: building or compressing it: `npm run build` writes each file together with its `.br` and `.gz`, so that a build of
//! the Rust part needs neither Node nor a compressor. Invariant: without the dashboard the table is empty, and the status page
//! stands in.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = here.join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let app = dist.join("app");
    let mut files = Vec::new();
    if app.join("index.html").is_file() {
        collect(&app, &mut files)?;
    }
    files.sort();
    let mut table = String::from("pub(super) static FILES: &[File] = &[\n");
    for file in files.iter().filter(|file| !is_packed(file)) {
        let name = file.strip_prefix(&app).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let packed = |suffix: &str| {
            let packed = PathBuf::from(format!("{}{suffix}", file.display()));
            if packed.is_file() { format!("Some(include_bytes!({packed:?}))") } else { "None".to_owned() }
        };
        let (brotli, gzip) = (packed(".br"), packed(".gz"));
        writeln!(
            table,
            "    File {{ path: {:?}, plain: include_bytes!({file:?}), brotli: {brotli}, gzip: {gzip} }},",
            format!("/{name}"),
        )
        .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("dashboard.rs"), table)
}

fn is_packed(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
