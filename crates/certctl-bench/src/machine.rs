//! The machine that the figures were measured on, and how busy it was.
//!
//! Not for: one process (`process.rs`). Invariant: what cannot be read is said to be unknown.

use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;

/// What a reader must know of the machine.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_mib: u64,
    pub(crate) kernel: String,
    pub(crate) load_average: String,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The value behind `key` in a file of `key : value` lines.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim())
    })
}

impl Machine {
    /// Of this moment.
    pub(crate) fn read() -> Self {
        let unknown = || "unknown".to_owned();
        let memory = read("/proc/meminfo");
        let kib = value(&memory, "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
        Self {
            processor: value(&read("/proc/cpuinfo"), "model name").map_or_else(unknown, str::to_owned),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_mib: kib.unwrap_or(0) / 1024,
            kernel: if kernel.is_empty() { unknown() } else { kernel },
            load_average: load_average(),
        }
    }
}

/// The load averages of the last 1, 5 and 15 minutes.
pub(crate) fn load_average() -> String {
    let text = read("/proc/loadavg");
    let parts: Vec<&str> = text.split(' ').take(3).collect();
    if parts.len() == 3 { parts.join(" ") } else { "unknown".to_owned() }
}

/// The processor time that all processes of the machine have used, and what a hypervisor took.
pub(crate) fn busy_time() -> anyhow::Result<Duration> {
    let ticks = busy_ticks(&read("/proc/stat")).context("/proc/stat has another form")?;
    // Linux gives these in hundredths of a second on every architecture (USER_HZ).
    Ok(Duration::from_millis(ticks * 10))
}

fn busy_ticks(stat: &str) -> Option<u64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let ticks: Vec<u64> = fields.map(str::parse).collect::<Result<_, _>>().ok()?;
    // user nice system idle iowait irq softirq steal; guests are in user already.
    Some([0, 1, 2, 5, 6, 7].iter().filter_map(|at| ticks.get(*at)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_whole_key() {
        let text = "model\t\t: 1\nmodel name\t: A processor\nMemTotal:       2048 kB\n";
        assert_eq!(value(text, "model name"), Some("A processor"));
        assert_eq!(value(text, "MemTotal"), Some("2048 kB"));
        assert_eq!(value(text, "name"), None);
    }

    #[test]
    fn waiting_is_not_busy() {
        assert_eq!(busy_ticks("cpu  1 2 4 1000 1000 8 16 32 500 0\ncpu0 1 1 1 1\n"), Some(63));
        assert_eq!(busy_ticks("intr 1"), None);
    }
}
