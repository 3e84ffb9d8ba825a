//! The `uphold` program; everything is in the library.

fn main() -> std::process::ExitCode {
    uphold::cli::main()
}
