//! Serves the examples of a plan on loopback.
