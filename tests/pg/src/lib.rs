//! A PostgreSQL server for tests, shared by all test processes of this checkout, and a fresh database for each test.
//!
//! The first test process that needs it starts the server (`tests/peers/postgres.sh`, without fsync); the others
//! find it. Every process holds a shared lock while it lives, and a small watchdog stops the server once nobody has
//! held that lock for some seconds, so a killed test run leaves nothing behind for long. Not for benchmarks.
//!
//! Invariant: a test never goes on without its database; when the server cannot start, the test fails and says why.

#![warn(missing_docs)]

use std::{
    collections::hash_map::RandomState,
    fs::{self, File},
    hash::{BuildHasher, DefaultHasher, Hash, Hasher},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
};

use postgres::{Client, NoTls};

/// Stops the server when the lock `users` was free five times, a second apart.
const WATCHDOG: &str = r#"
exec 8>"$1/starting" 9>"$1/users"
idle=0
while [ "$idle" -lt 5 ]; do
  sleep 1
  flock -x -n 8 || { idle=0; continue; }
  if flock -x -n 9; then idle=$((idle + 1)); else idle=0; fi
  if [ "$idle" -ge 5 ]; then rm -f "$1/server"; "$2" stop "$3"; fi
  flock -u 9; flock -u 8
done
"#;

/// The shared server.
#[derive(Debug)]
pub struct TestPostgres;

/// A database of one test; dropped with this value.
#[derive(Debug)]
pub struct DatabaseGuard {
    /// `postgres://` URL of the database, with a superuser's name and password, without TLS.
    pub url: String,
    /// The CA of the server's certificate (for `localhost` and 127.0.0.1): the server takes TLS as well.
    pub ca: PathBuf,
    name: String,
    server: String,
}

/// The lock that says "in use", and the server.
struct Held {
    _users: File,
    server: Server,
}

#[derive(Debug, Clone, PartialEq)]
struct Server {
    url: String,
    ca: PathBuf,
}

static HELD: Mutex<Option<Held>> = Mutex::new(None);

impl TestPostgres {
    /// A fresh, empty database. May be called inside an asynchronous test: it blocks for a moment.
    ///
    /// # Panics
    /// When the server cannot be started or reached, with the reason.
    pub fn database() -> DatabaseGuard {
        let made = apart(|| {
            let Server { url: server, ca } = server()?;
            let name = format!("t{:x}_{:x}", std::process::id(), RandomState::new().hash_one(0));
            run(&server, &format!("CREATE DATABASE {name} TEMPLATE template0"))?;
            let (base, _) = server.rsplit_once('/').ok_or("the server's URL has no database")?;
            Ok(DatabaseGuard { url: format!("{base}/{name}"), ca, name, server })
        });
        match made {
            Ok(guard) => guard,
            Err(error) => panic!("no PostgreSQL for this test: {error}"),
        }
    }
}

impl DatabaseGuard {
    /// Runs statements in this database as a superuser.
    ///
    /// # Panics
    /// When they fail.
    pub fn run(&self, sql: &str) {
        let (url, sql) = (self.url.clone(), sql.to_owned());
        if let Err(error) = apart(move || run(&url, &sql)) {
            panic!("{error}");
        }
    }

    /// The first column of the first row of a query, as text.
    ///
    /// # Panics
    /// When it fails or gives no row.
    pub fn value(&self, sql: &str) -> String {
        let (url, sql) = (self.url.clone(), sql.to_owned());
        let value = apart(move || {
            let mut client = connect(&url)?;
            let messages = client.simple_query(&sql).map_err(|error| described(&error))?;
            messages
                .iter()
                .find_map(|message| match message {
                    postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
                    _ => None,
                })
                .ok_or_else(|| format!("no row from {sql}"))
        });
        match value {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// Ends all connections to this database, as an administrator would.
    pub fn terminate_connections(&self) {
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
    }
}

impl Drop for DatabaseGuard {
    fn drop(&mut self) {
        let (server, sql) =
            (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // It goes with the server at the latest.
        drop(apart(move || run(&server, &sql)));
    }
}

/// The blocking client cannot be used on a thread that runs asynchronous tasks.
fn apart<T: Send + 'static>(f: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, String> {
    thread::spawn(f).join().unwrap_or_else(|_| Err("the helper thread panicked".to_owned()))
}

fn connect(url: &str) -> Result<Client, String> {
    Client::connect(url, NoTls).map_err(|error| described(&error))
}

fn run(url: &str, sql: &str) -> Result<(), String> {
    connect(url)?.batch_execute(sql).map_err(|error| described(&error))
}

fn described(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |refused| refused.message().to_owned())
}

/// The running server, started when it does not run.
fn server() -> Result<Server, String> {
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(held) = &*held {
        return Ok(held.server.clone());
    }
    let folder = folder();
    let context = |what: &str| {
        let what = format!("{what} in {}", folder.display());
        move |error: io::Error| format!("{what}: {error}")
    };
    fs::create_dir_all(&folder).map_err(context("the folder"))?;
    let open = |name: &str| File::options().create(true).append(true).open(folder.join(name));
    let starting = open("starting").map_err(context("the lock"))?;
    starting.lock().map_err(context("the lock"))?;
    let users = open("users").map_err(context("the lock"))?;
    users.lock_shared().map_err(context("the lock"))?;

    let note = folder.join("server");
    let running = fs::read_to_string(&note).ok().and_then(|text| {
        let (url, ca) = text.split_once('\n')?;
        run(url, "SELECT 1").ok()?;
        Some(Server { url: url.to_owned(), ca: PathBuf::from(ca) })
    });
    let server = match running {
        Some(server) => server,
        None => {
            let server = start(&folder)?;
            let text = format!("{}\n{}", server.url, server.ca.display());
            fs::write(&note, text).map_err(context("the note"))?;
            server
        }
    };
    *held = Some(Held { _users: users, server: server.clone() });
    Ok(server)
}

/// One folder for each checkout.
fn folder() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    std::env::temp_dir().join(format!("certctl-test-postgres-{:016x}", hasher.finish()))
}

fn start(folder: &Path) -> Result<Server, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers/postgres.sh");
    let peer = folder.join(format!("peer-{}", std::process::id()));
    // The watchdog comes first, so that no moment is left in which a server could be forgotten. Both get process
    // groups of their own: they outlive this test.
    Command::new("bash")
        .args(["-c", WATCHDOG, "watchdog"])
        .args([folder, &script, &peer])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("the watchdog cannot be started (bash and flock are needed): {error}"))?;
    let output = Command::new(&script)
        .arg("start")
        .arg(&peer)
        .env("PG_FSYNC", "off")
        .env("PG_TLS", "1")
        .stdin(Stdio::null())
        .process_group(0)
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", script.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let value = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix("='")?.strip_suffix('\''))
            .map(str::to_owned)
    };
    match (value("DATABASE_URL"), value("PG_CA"), output.status.success()) {
        (Some(url), Some(ca), true) => Ok(Server { url, ca: PathBuf::from(ca) }),
        _ => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{} start failed ({}):\n{said}", script.display(), output.status))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TestPostgres;

    #[test]
    fn databases_are_fresh_and_gone_afterwards() {
        let one = TestPostgres::database();
        one.run("CREATE TABLE t (a INT); INSERT INTO t VALUES (7)");
        assert_eq!(one.value("SELECT a FROM t"), "7");
        let other = TestPostgres::database();
        assert_eq!(other.value("SELECT count(*) FROM pg_tables WHERE tablename = 't'"), "0");
        let find = format!("SELECT count(*) FROM pg_database WHERE datname = '{}'", one.name);
        assert_eq!(other.value(&find), "1");
        drop(one);
        assert_eq!(other.value(&find), "0");
    }
}
