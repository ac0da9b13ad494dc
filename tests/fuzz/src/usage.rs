//! What the process used, where the system tells: memory at most, and time of a processor.

use std::time::Duration;

/// Lets the peak begin anew.
pub(crate) fn forget_peak() {
    // Only Linux has it; elsewhere nothing is measured.
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

/// The most memory since then, in KiB.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// How long this thread had a processor so far: other load does not count.
pub(crate) fn processor_time() -> Option<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(times.split_whitespace().next()?.parse().ok()?))
}
