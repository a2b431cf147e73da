//! Challenges: drawn here, answered once, within minutes, by whom they were drawn for.

use api::ProblemKind;
use credentials::{from_base64url, to_base64url};

use crate::fault::Fault;
use crate::ports::{Database, Platform};

/// Draws a challenge for an owner: the digest of a session, or of an attempt to sign in. One that the
/// owner has not answered is replaced. It can be answered for `millis`.
pub(super) async fn draw<P: Platform>(
    platform: &P,
    owner_digest: &str,
    millis: i64,
) -> Result<String, Fault> {
    let challenge = to_base64url(&platform.random()?);
    let now = platform.now().millis();
    let statements = vec![
        (
            "DELETE FROM challenges WHERE expires_at <= ?1",
            vec![now.into()],
        ),
        (
            "INSERT INTO challenges (owner_digest, challenge, expires_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (owner_digest) DO UPDATE SET challenge = ?2, expires_at = ?3",
            vec![
                owner_digest.into(),
                challenge.as_str().into(),
                (now + millis).into(),
            ],
        ),
    ];
    platform.database().batch(statements).await?;
    Ok(challenge)
}

/// Takes the owner's challenge: whatever comes of the answer, it is gone.
pub(super) async fn take<P: Platform>(platform: &P, owner_digest: &str) -> Result<Vec<u8>, Fault> {
    let statement =
        "DELETE FROM challenges WHERE owner_digest = ?1 RETURNING challenge, expires_at";
    let values = vec![owner_digest.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let now = platform.now().millis();
    let challenge = rows.first().and_then(|row| match row.as_slice() {
        [challenge, expires_at] if expires_at.integer()? > now => from_base64url(challenge.text()?),
        _ => None,
    });
    challenge.ok_or_else(|| {
        Fault::refused(
            ProblemKind::Conflict,
            "this took too long or was answered already; begin again",
        )
    })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use api::sign_in::CHALLENGE_MILLIS;

    use super::*;
    use crate::fakes::World;
    use crate::features::admin;

    #[test]
    fn a_challenge_lasts_minutes_and_is_taken_once() {
        let world = World::new();
        block_on(admin::migrate(&world)).unwrap();
        let draw = |owner: &str| block_on(draw(&world, owner, CHALLENGE_MILLIS)).unwrap();
        let take = |owner: &str| block_on(take(&world, owner)).ok();
        let began = world.now.get();
        let first = draw("a");
        assert_ne!(first, draw("b"));
        assert_eq!(take("c"), None);
        assert_eq!(take("a"), from_base64url(&first));
        assert_eq!(take("a"), None);
        draw("a");
        let second = draw("a");
        world.now.set(began + CHALLENGE_MILLIS - 1);
        assert_eq!(take("a"), from_base64url(&second));
        draw("a");
        world.now.set(world.now.get() + CHALLENGE_MILLIS);
        assert_eq!(take("a"), None);
    }
}
