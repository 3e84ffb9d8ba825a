//! The `uphold` program; everything is in the library.

use mimalloc::MiMalloc;

/// Plans and reports are many small allocations, which the allocator of glibc makes and frees slowly.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    uphold::cli::main()
}
