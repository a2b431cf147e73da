//! Who sends a request: a client by its secret, in the header or in the form, or a client without one by its name
//! (RFC 6749, 2.3; OAuth 2.1, 2.4).

use crate::form::Form;
use crate::{Refusal, Refused};

/// What a client says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Its id.
    pub id: String,
    /// Its secret, where it sends one.
    pub secret: Option<String>,
}

impl Credentials {
    /// From the header, decoded to `id:secret` where it is there, and the form. One way at a time.
    pub fn read(basic: Option<(String, String)>, form: &Form) -> Result<Credentials, Refused> {
        let named = form.get("client_id");
        let secret = form.get("client_secret");
        if let Some((id, own)) = basic {
            if secret.is_some() || named.is_some_and(|named| named != id) {
                return Err(Refusal::InvalidRequest.because("the client names itself in two ways"));
            }
            return Ok(Credentials {
                id,
                secret: Some(own),
            });
        }
        let missing = || Refusal::InvalidClient.because("name the client");
        Ok(Credentials {
            id: named.ok_or_else(missing)?.to_owned(),
            secret: secret.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let pairs = pairs.iter();
        Form::of(
            pairs
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        )
        .unwrap()
    }

    #[test]
    fn a_client_names_itself_in_one_way() {
        let basic = || Some(("o-1".to_owned(), "s".to_owned()));
        let refused = |basic, pairs: &[(&str, &str)]| {
            let read = Credentials::read(basic, &form(pairs));
            read.err().map(|refused| refused.refusal)
        };
        assert_eq!(refused(basic(), &[]), None);
        assert_eq!(refused(basic(), &[("client_id", "o-1")]), None);
        assert_eq!(refused(None, &[("client_id", "o-1")]), None);
        let invalid = Some(Refusal::InvalidRequest);
        assert_eq!(refused(basic(), &[("client_id", "o-2")]), invalid);
        assert_eq!(refused(basic(), &[("client_secret", "s")]), invalid);
        assert_eq!(refused(None, &[]), Some(Refusal::InvalidClient));
    }
}
