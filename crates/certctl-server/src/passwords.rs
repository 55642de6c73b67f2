//! Passwords of local users: what one must be, and how it is hashed and checked.
//!
//! What a password must be follows NIST SP 800-63B (section 3.1.1.2): long enough, and none of those that are guessed first;
//! no rules about kinds of letters, no end after some months. Hashing is Argon2id with 19 MiB and two passes (OWASP's first
//! choice), on threads for blocking work and a few at a time: a hundred people who sign in at once wait for their turn rather
//! than take 2 GB. Not for: how often one may try (`ops/sign_in.rs`). Invariants: a password is never kept, logged or shown;
//! a check takes as long for a user who is not there.

use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use certctl_api::users::Password;
use certctl_core::random::Random;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::Error;

/// The fewest letters.
pub const MIN_LENGTH: usize = 12;
/// The most letters.
pub const MAX_LENGTH: usize = 256;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The most checks at a time, whatever the machine: each fills its memory.
const MAX_AT_ONCE: usize = 4;
/// How long a check waits for its turn.
const TURN: Duration = Duration::from_secs(20);

/// Passwords of 12 letters and more that are in every list of leaked ones, in lower case. Shorter ones are refused by their
/// length; runs, repetitions and names with a number behind them by [`refusal`].
const COMMON: &[&str] = &[
    "123456789abc",
    "123qweasdzxc",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u8i",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "1qazxsw23edc",
    "a1b2c3d4e5f6",
    "administrator",
    "adminadminadmin",
    "alexanderthegreat",
    "asdfghjkl123",
    "asdfghjkl;'",
    "asdfqwerzxcv",
    "babygirl1234",
    "blink182blink",
    "certificate1",
    "certificates",
    "changeme1234",
    "changemenow1",
    "changethispassword",
    "chocolate123",
    "computer1234",
    "correcthorsebatterystaple",
    "defaultpassword",
    "fuckyou12345",
    "ihateyou1234",
    "iloveyou1234",
    "iloveyou12345",
    "iloveyoubaby",
    "iloveyousomuch",
    "internet1234",
    "letmein12345",
    "letmeinplease",
    "liverpool123",
    "manchester1",
    "manchesterunited",
    "mypassword12",
    "mypassword123",
    "newpassword1",
    "nopassword123",
    "p@ssw0rd1234",
    "p@ssword1234",
    "pa$$word1234",
    "passpasspass",
    "passw0rd1234",
    "password1234",
    "password12345",
    "password123456",
    "password@123",
    "passwordpassword",
    "princess1234",
    "q1w2e3r4t5y6",
    "qazwsxedcrfv",
    "qazwsxedc123",
    "qwer1234asdf",
    "qwerasdfzxcv",
    "qwerty123456",
    "qwerty1234567",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiop[]",
    "qwertyuiopasdf",
    "qwertyuiopasdfghjkl",
    "secretpassword",
    "starwars1234",
    "summer2025!!",
    "superman1234",
    "supersecret1",
    "temppassword",
    "testpassword",
    "thisismypassword",
    "trustno1trustno1",
    "unbelievable",
    "verysecretpassword",
    "welcome12345",
    "welcome123456",
    "whatever1234",
    "winter2025!!",
    "yourpassword",
    "zaq12wsxcde3",
    "zxcvbnm12345",
];
/// Rows of keys and of letters that people run along.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
];

/// Why a password is refused; `None` when it may be used. `about` is what the user is known by.
pub fn refusal(password: &str, about: &[&str]) -> Option<String> {
    let n = password.chars().count();
    if n < MIN_LENGTH {
        return Some(format!(
            "a password has at least {MIN_LENGTH} letters; some words that only you connect will do"
        ));
    }
    if n > MAX_LENGTH {
        return Some(format!("a password has at most {MAX_LENGTH} letters"));
    }
    if password.chars().any(char::is_control) {
        return Some("a password has no control characters".to_owned());
    }
    let lower = password.to_lowercase();
    if COMMON.contains(&lower.as_str()) || is_repeated(&lower) || is_run(&lower) {
        return Some("this password is among the first that are guessed: choose another".to_owned());
    }
    let rest = about
        .iter()
        .filter(|word| word.chars().count() >= 3)
        .fold(lower, |rest, word| rest.replace(&word.to_lowercase(), ""));
    if rest.chars().filter(|c| c.is_alphabetic()).count() < 4 && rest.chars().count() < MIN_LENGTH {
        return Some(
            "this password says little more than the user's name or this program's: choose another"
                .to_owned(),
        );
    }
    None
}

/// Whether a text is one short piece again and again.
fn is_repeated(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (1..=4).any(|n| letters.iter().enumerate().all(|(i, letter)| *letter == letters[i % n]))
}

/// Whether a text runs along the alphabet, the digits or the keyboard, forwards or backwards.
fn is_run(text: &str) -> bool {
    let back: String = text.chars().rev().collect();
    RUNS.iter().any(|run| run.contains(text) || run.contains(&back))
}

/// The turns of hashing.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// What is checked for users who are not there.
    nobody: OnceLock<String>,
}

impl Default for Passwords {
    fn default() -> Self {
        let n = available_parallelism().map_or(1, usize::from).min(MAX_AT_ONCE);
        Self { turns: Arc::new(Semaphore::new(n)), nobody: OnceLock::new() }
    }
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Error::internal(format!("the costs of Argon2id: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(password: &str, salt: [u8; 16]) -> Result<String, Error> {
    let made = argon2()?.hash_password_with_salt(password.as_bytes(), &salt);
    made.map(|hash| hash.to_string())
        .map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))
}

fn salt(random: &dyn Random) -> [u8; 16] {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    salt
}

/// Runs one hashing when it is its turn.
async fn in_turn<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let turns = Arc::clone(&app.passwords.turns);
    let Ok(Ok(turn)) = tokio::time::timeout(TURN, turns.acquire_owned()).await else {
        return Err(Error::RateLimited {
            detail: "too many people are signing in at once: try again in a moment".to_owned(),
            retry_after: 5,
            budget: "sign_in",
        });
    };
    let done = tokio::task::spawn_blocking(move || {
        // Held until the memory is free again, also when the caller has hung up.
        let _turn = turn;
        work()
    });
    done.await.map_err(Error::internal)?
}

/// The hash of a new password, as it is stored (PHC text form).
///
/// # Errors
/// 429 when too many wait.
pub async fn hash(app: &App, password: &Password) -> Result<String, Error> {
    let (password, salt) = (password.clone(), salt(&*app.random));
    in_turn(app, move || hashed(password.expose(), salt)).await
}

/// Whether a password is the one of a hash. Without a hash it takes as long, and is not.
///
/// # Errors
/// 429 when too many wait.
pub async fn verify(app: &App, hash: Option<String>, password: &Password) -> Result<bool, Error> {
    let (password, salt, kept) = (password.clone(), salt(&*app.random), app.clone());
    in_turn(app, move || {
        if password.expose().len() > MAX_LENGTH * 4 {
            return Ok(false);
        }
        let is_somebody = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => match kept.passwords.nobody.get() {
                Some(nobody) => nobody.clone(),
                None => {
                    let made = hashed("nobody", salt)?;
                    kept.passwords.nobody.get_or_init(|| made).clone()
                }
            },
        };
        let is_right = argon2()?.verify_password(password.expose().as_bytes(), hash.as_str()).is_ok();
        Ok(is_right && is_somebody)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_kinds_of_letters_do_not() {
        let check = |password: &str, allowed: bool| {
            let refusal = refusal(password, &["alice", "Alice Smith", "certctl"]);
            assert_eq!(refusal.is_none(), allowed, "{password}: {refusal:?}");
        };
        check("short1!", false);
        check("elevenchars", false);
        check("lamp river otter", true);
        check("only lower case words", true);
        check("ünïcödé wörds ok", true);
        check(&"x y".repeat(86), false);
        check("line\nbreak is here", false);
        // Guessed first.
        check("Password1234", false);
        check("CorrectHorseBatteryStaple", false);
        check("aaaaaaaaaaaaaa", false);
        check("abcabcabcabc", false);
        check("testtesttest", false);
        check("123456789012", false);
        check("210987654321", false);
        check("qwertyuiopasdf", false);
        // Little more than what the user is known by.
        check("alicealice1", false);
        check("alice-certctl-2026", false);
        check("Alice2026!!!", false);
        check("alice likes green tea", true);
    }

    #[test]
    fn the_list_holds_what_it_says() {
        for word in COMMON {
            assert_eq!(*word, word.to_lowercase());
            assert!(refusal(word, &[]).is_some(), "{word}");
        }
    }

    #[test]
    fn a_hash_is_argon2id_with_its_costs_and_another_each_time() {
        let one = hashed("lamp river otter", [1; 16]).unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, hashed("lamp river otter", [2; 16]).unwrap());
        let is =
            |password: &str| argon2().unwrap().verify_password(password.as_bytes(), one.as_str()).is_ok();
        assert!(is("lamp river otter") && !is("lamp river ottes"));
    }
}
