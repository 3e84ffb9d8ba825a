//! Values that differ at every call: ids, timestamps, tokens, durations.

use serde_json::Value;

/// Whether this value under this member name is volatile: its kind is checked, its value is not.
pub fn is_volatile(name: &str, value: &Value) -> bool {
    let _ = (name, value);
    false
}
