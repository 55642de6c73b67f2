//! What the kernel says of a process: memory and processor time.
//!
//! Not for: starting processes. Invariant: a value that cannot be read is an error that names the file.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::machine;

fn read(pid: u32, file: &str) -> anyhow::Result<String> {
    let path: PathBuf = ["/proc", &pid.to_string(), file].iter().collect();
    std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The resident memory in millions of bytes.
pub(crate) fn resident_mb(pid: u32) -> anyhow::Result<f64> {
    resident_of(&read(pid, "status")?).with_context(|| format!("/proc/{pid}/status has no VmRSS"))
}

fn resident_of(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0 / 1e6)
}

/// The processor time used so far, by all threads, in user and kernel mode.
pub(crate) fn processor_time(pid: u32) -> anyhow::Result<Duration> {
    let Some(ticks) = ticks_of(&read(pid, "stat")?) else { bail!("/proc/{pid}/stat has another form") };
    // Linux gives these in hundredths of a second on every architecture (USER_HZ).
    Ok(Duration::from_millis(ticks * 10))
}

/// Processor time of the server, of this process and of all others, from one moment on.
#[derive(Debug)]
pub(crate) struct Usage {
    server: u32,
    begin: Instant,
    before: [Duration; 3],
}

/// What was used since then.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) by_server: Duration,
    pub(crate) by_load: Duration,
    /// The share of one core that everything else took, in percent.
    pub(crate) percent_by_others: f64,
}

impl Usage {
    /// From now on.
    pub(crate) fn begin(server: u32) -> anyhow::Result<Self> {
        Ok(Self { server, before: Self::read(server)?, begin: Instant::now() })
    }

    fn read(server: u32) -> anyhow::Result<[Duration; 3]> {
        Ok([processor_time(server)?, processor_time(std::process::id())?, machine::busy_time()?])
    }

    /// Until now.
    pub(crate) fn end(&self) -> anyhow::Result<Used> {
        let after = Self::read(self.server)?;
        let used = |at: usize| after[at].saturating_sub(self.before[at]);
        let others = used(2).saturating_sub(used(0) + used(1));
        let percent_by_others = others.as_secs_f64() / self.begin.elapsed().as_secs_f64() * 100.0;
        Ok(Used { by_server: used(0), by_load: used(1), percent_by_others })
    }
}

fn ticks_of(stat: &str) -> Option<u64> {
    // The command's name is in brackets and may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    Some(field(14)? + field(15)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_past_a_strange_name() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 70 30 0 0 20 0 4 0 100 0 0";
        assert_eq!(ticks_of(stat), Some(100));
        assert_eq!(ticks_of("42 (a) S 1"), None);
    }

    #[test]
    fn resident_memory_is_in_millions_of_bytes() {
        assert_eq!(resident_of("VmHWM:\t 4096 kB\nVmRSS:\t    1000 kB\n"), Some(1.024));
        assert_eq!(resident_of("Name: x"), None);
    }

    #[test]
    fn this_process_has_both() {
        let pid = std::process::id();
        assert!(resident_mb(pid).unwrap() > 0.5);
        processor_time(pid).unwrap();
        assert!(resident_mb(u32::MAX).unwrap_err().to_string().contains("status"));
    }
}
