//! Over loopback, against a server that says exactly what it is told.
