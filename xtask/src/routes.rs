//! The declaration of services behind the gateway, `edge/routes.json` or the file that `MESCHAIN_ROUTES` names:
//! checked before anything is built of it, and handed to the Worker as variables.

use std::fs;
use std::path::PathBuf;

use crate::run::{Outcome, at, root};

/// The most bytes of one variable on Cloudflare's network are 5,000.
const VARIABLE_BYTES_MAX: usize = 4_500;

/// Reads the declaration; one that does not hold together is refused with all its reasons.
pub fn read() -> Outcome<String> {
    let named = std::env::var("MESCHAIN_ROUTES").map(PathBuf::from);
    let file = named.unwrap_or_else(|_| root().join("edge/routes.json"));
    let text = fs::read_to_string(&file).map_err(at(&file))?;
    if let Err(refused) = upstream::read(&text) {
        let reasons: Vec<String> = refused.iter().map(ToString::to_string).collect();
        let name = file.display();
        return Err(format!(
            "{name} is refused:\n    {}",
            reasons.join("\n    ")
        ));
    }
    Ok(text)
}

/// The variables that hold it: `ROUTES`, `ROUTES_2` and so on, joined by the Worker.
pub fn variables(text: &str) -> Vec<(String, String)> {
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n').map(str::trim) {
        let is_full = |(_, part): &(String, String)| part.len() + line.len() > VARIABLE_BYTES_MAX;
        if variables.last().is_none_or(is_full) {
            let number = variables.len() + 1;
            let name = if number == 1 {
                "ROUTES".to_owned()
            } else {
                format!("ROUTES_{number}")
            };
            variables.push((name, String::new()));
        }
        if let Some((_, part)) = variables.last_mut() {
            part.push_str(line);
        }
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_declaration_is_the_same_in_parts() {
        let routes: Vec<String> = (0..300)
            .map(|at| format!("{{ \"path\": \"/api/x/v1/a{at}\", \"mock\": {{}} }}"))
            .collect();
        let text = format!("{{ \"routes\": [\n  {}\n] }}\n", routes.join(",\n  "));
        let variables = variables(&text);
        assert!(variables.len() > 2);
        assert!(
            variables
                .iter()
                .all(|(_, part)| part.len() <= VARIABLE_BYTES_MAX)
        );
        assert_eq!(
            (variables[0].0.as_str(), variables[1].0.as_str()),
            ("ROUTES", "ROUTES_2")
        );
        let joined: String = variables.into_iter().map(|(_, part)| part).collect();
        let table = upstream::read(&joined).expect("it still holds together");
        assert_eq!(table.routes.len(), 300);
    }
}
