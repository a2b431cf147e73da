//! Starts the engine in a module worker. Natively there is nothing to start.

fn main() {
    #[cfg(target_arch = "wasm32")]
    engine::start();
}
