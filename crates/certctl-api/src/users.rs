//! Local users and their passwords.

use certctl_core::id::UserId;
use certctl_core::permission::{Role, Scope};
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use serde::{Deserialize, Serialize, Serializer};

/// A password on its way: it is not shown by `Debug`, and wiped when it is dropped.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(Secret<String>);

impl Password {
    /// Takes a text as a password.
    pub fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

answer! {
    /// A person as others see them: who can be asked, or given something.
    pub struct Person {
        /// Id.
        pub id: UserId,
        /// The name.
        pub name: String,
    }
}

answer! {
    /// A person who signs in with a user name and a password.
    pub struct User {
        /// Id.
        pub id: UserId,
        /// What is typed at sign-in, in lower case.
        pub username: String,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// An address, if known.
        pub email: Option<String>,
        /// What the user may do.
        pub role: Role,
        /// On which certificates, their jobs and events; everything when its lists are empty.
        pub scope: Scope,
        /// Whether the user is kept out.
        pub disabled: bool,
        /// Since when.
        pub disabled_at: Option<Ts>,
        /// When the password was last set.
        pub password_changed_at: Ts,
        /// When the user last signed in.
        pub last_sign_in_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes by people; the `ETag`.
        pub revision: i64,
    }
}

request! {
    /// A new user.
    pub struct CreateUser {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<UserId>,
        /// What is typed at sign-in, such as `alice`: 1 to 64 letters, digits, `.`, `_`, `-`, `@`; capitals make no difference.
        pub username: String,
        /// A name for people, 1 to 200 letters; the user name when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// An address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        /// What the user may do.
        pub role: Role,
        /// On which certificates; on all when absent. Only operators and viewers can be narrowed.
        #[serde(default)]
        pub scope: Scope,
        /// The password: 12 to 256 letters, and none that people guess first.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password))]
        pub password: Password,
    }

    /// A change (JSON merge patch, RFC 7396): what is absent stays as it is. A user name stays what it is.
    pub struct UpdateUser {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// An address; `null` removes it.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub email: Option<Option<String>>,
        /// What the user may do, from the next request on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub role: Option<Role>,
        /// On which certificates; takes the place of the whole scope, `null` lifts it.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Scope>))]
        pub scope: Option<Option<Scope>>,
        /// Keeps the user out, and ends its sessions; `false` lets it in again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub disabled: Option<bool>,
    }

    /// Another password for a user.
    pub struct SetPassword {
        /// The new password: 12 to 256 letters, and none that people guess first.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password))]
        pub password: Password,
        /// The old password, which one's own change needs; an admin who resets another's leaves it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Password))]
        pub current_password: Option<Password>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let request: SetPassword = serde_json::from_str(r#"{"password":"hunter2hunter2"}"#).unwrap();
        assert_eq!(request.password.expose(), "hunter2hunter2");
        assert!(!format!("{request:?}").contains("hunter2"));
    }
}
