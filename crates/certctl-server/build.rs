//! Takes the built dashboard (`web/dist/app`, made by `make web`) into the binary, when it is there.
//!
//! Not for: building or compressing it: `npm run build` writes each file together with its `.br` and `.gz`, so that a build of
//! the Rust part needs neither Node nor a compressor. Invariants: without the dashboard the table is empty, and the status page
//! stands in; what is taken in is a copy, so that a new build of the dashboard does not pull it from under the compiler.

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
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let copies = out.join("dashboard");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    fs::create_dir_all(&copies)?;
    let mut copied = 0;
    let mut keep = |file: &Path| -> io::Result<String> {
        let copy = copies.join(copied.to_string());
        copied += 1;
        fs::copy(file, &copy)?;
        Ok(format!("include_bytes!({copy:?})"))
    };
    let mut table = String::from("pub(super) static FILES: &[File] = &[\n");
    for file in files.iter().filter(|file| !is_packed(file)) {
        let name = file.strip_prefix(&app).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let plain = keep(file)?;
        let mut packed = |suffix: &str| -> io::Result<String> {
            let packed = PathBuf::from(format!("{}{suffix}", file.display()));
            Ok(if packed.is_file() { format!("Some({})", keep(&packed)?) } else { "None".to_owned() })
        };
        let (brotli, gzip) = (packed(".br")?, packed(".gz")?);
        let path = format!("/{name}");
        writeln!(table, "    File {{ path: {path:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},")
            .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
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
