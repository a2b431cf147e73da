//! stub
pub fn options(_spec: &protocol::ChartSpec) -> Result<String, protocol::Failure> {
    Ok(String::new())
}
