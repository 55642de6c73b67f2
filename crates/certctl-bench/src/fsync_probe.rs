//! How long the disk takes to make 4 KiB durable: the yardstick beside each figure that waits for the disk.
//!
//! Not for: judging a disk. Invariant: it writes into the folder that the measured store uses, and appends as a log does.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;

use crate::statistics::{median, percentile};

/// How often it writes.
const N_WRITES: usize = 500;

/// Milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Probe {
    pub(crate) median: f64,
    pub(crate) p99: f64,
}

/// Appends 4 KiB and waits for the disk, 500 times.
pub(crate) fn probe(folder: &Path) -> anyhow::Result<Probe> {
    let path = folder.join("fsync-probe");
    let context = || format!("the fsync probe {} cannot be written", path.display());
    let mut file = File::create(&path).with_context(context)?;
    let block = [0x5a_u8; 4096];
    let mut milliseconds = Vec::with_capacity(N_WRITES);
    for _ in 0..N_WRITES {
        let start = Instant::now();
        file.write_all(&block).with_context(context)?;
        file.sync_data().with_context(context)?;
        milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
    }
    std::fs::remove_file(&path).with_context(context)?;
    let (median, p99) = (median(&milliseconds), percentile(&milliseconds, 0.99));
    Ok(Probe { median: median.unwrap_or_default(), p99: p99.unwrap_or_default() })
}
