//! Requests as forms: `application/x-www-form-urlencoded`, each parameter once (RFC 6749, 3.2).

use crate::{Refusal, Refused};

/// The parameters of a request; those without a value count as left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
}

impl Form {
    /// From decoded pairs; refuses a parameter that is there twice.
    pub fn of(pairs: Vec<(String, String)>) -> Result<Form, Refused> {
        for (at, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(at).any(|(other, _)| other == name) {
                return Err(Refusal::InvalidRequest.because("a parameter is there twice"));
            }
        }
        Ok(Form { pairs })
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        let (_, value) = pairs.find(|(other, value)| other == name && !value.is_empty())?;
        Some(value)
    }

    /// A parameter that must be there.
    pub fn require(&self, name: &str) -> Result<&str, Refused> {
        let missing = || Refusal::InvalidRequest.because(format!("{name} is missing"));
        self.get(name).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_counts_once() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form::of(vec![pair("a", "1"), pair("b", "")]).unwrap();
        assert_eq!((form.get("a"), form.get("b")), (Some("1"), None));
        assert_eq!(
            form.require("c").unwrap_err().refusal,
            Refusal::InvalidRequest
        );
        assert!(Form::of(vec![pair("a", "1"), pair("a", "1")]).is_err());
    }
}
