//! Every case under `cases/` as a test of its own.

fn main() -> std::process::ExitCode {
    uphold::harness::main()
}
