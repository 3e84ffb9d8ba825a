//! Infers the schema of a file of JSON lines by `schema_analysis` and prints what it took.

use std::error::Error;
use std::fs;
use std::time::Instant;

use schema_analysis::InferredSchema;
use serde::de::DeserializeSeed;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("which file?")?;
    let text = fs::read_to_string(file)?;
    let started = Instant::now();
    let mut lines = text.lines();
    let first = lines.next().ok_or("no record")?;
    let mut schema: InferredSchema = serde_json::from_str(first)?;
    for line in lines {
        schema.deserialize(&mut serde_json::Deserializer::from_str(line))?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim();
    println!("schema_analysis {:7.1} MB/s, peak {peak}", text.len() as f64 / 1e6 / seconds);
    Ok(())
}
