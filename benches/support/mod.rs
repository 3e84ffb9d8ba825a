//! What the benchmarks share: medians, and the peak of memory as Linux counts it.

use std::error::Error;
use std::fs;
use std::time::Duration;

use mimalloc::MiMalloc;

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Whatever keeps a benchmark from going on.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// The middle one of these times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Whole megabytes.
pub(crate) fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// The most memory that this process has held so far, in bytes (`VmHWM` of Linux); 0 where the
/// system does not say.
pub(crate) fn peak_memory() -> Result<u64, Failure> {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return Ok(0) };
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB"));
    Ok(kilobytes.map(|text| text.trim().parse::<u64>()).transpose()?.unwrap_or_default() * 1024)
}
