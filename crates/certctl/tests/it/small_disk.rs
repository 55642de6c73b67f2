//! A small file system of a test's own, that can be full or not writable.
//!
//! Not for: product code. Invariant: it is unmounted when the test ends; without the right to mount, the test fails and
//! says so.

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    pub(crate) fn mount(dir: &Path) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        run(&["-t", "tmpfs", "-o", "size=128k,mode=755", "tmpfs"], dir);
        Self(dir.to_owned())
    }

    /// Writes until nothing more fits.
    pub(crate) fn fill(&self) {
        for number in 0.. {
            if std::fs::write(self.0.join(format!("filler{number}")), [0_u8; 4_096]).is_err() {
                return;
            }
        }
    }

    /// Removes what [`Self::fill`] wrote.
    pub(crate) fn empty(&self) {
        for entry in std::fs::read_dir(&self.0).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name().to_string_lossy().starts_with("filler") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    pub(crate) fn make_read_only(&self) {
        run(&["-o", "remount,ro"], &self.0);
    }

    pub(crate) fn make_writable(&self) {
        run(&["-o", "remount,rw"], &self.0);
    }
}

fn run(options: &[&str], dir: &Path) {
    let status = Command::new("mount").args(options).arg(dir).status().unwrap();
    assert!(
        status.success(),
        "this test mounts a small tmpfs: run it as root, in a container with CAP_SYS_ADMIN, or below `unshare -rm`"
    );
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}
