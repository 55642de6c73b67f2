//! The reference pages: `docs/reference/cli.md`, made from the arguments themselves, and `docs/reference/configuration.md`,
//! made from the server's table of settings.
//!
//! To bring them up to date: `CERTCTL_WRITE_REFERENCE=1 cargo test -p certctl reference`. Not for: concepts.
//! Invariant: the committed pages say what the program says.

use std::fmt::Write as _;
use std::path::PathBuf;

use certctl_server::config::keys::KEYS;
use clap::{Arg, Command, CommandFactory as _};

use crate::Cli;
use crate::output::Exit;

const INTRODUCTION: &str = "# Command line

Made from the program's own arguments by `crates/certctl/src/reference.rs`; a test compares. Do not edit by hand.

## Settings

A flag goes before its environment variable, and that before the log-in that `certctl login` keeps in
`$XDG_CONFIG_HOME/certctl/config.toml` (mode 0600; one that others can read is not used).

| Setting | Flag | Environment |
|---|---|---|
| server | `--server` | `CERTCTL_SERVER_URL` |
| API key | `--api-key-file` | `CERTCTL_API_KEY_FILE`, `CERTCTL_API_KEY` |
| CA of the server | `--ca-file`, `--ca-pin` | `CERTCTL_CA_FILE` |
| no colour | `--no-color` | `NO_COLOR` |

There is no setting that accepts any certificate. A kept key is sent only to the server it was kept for.

## Output

`-o table` and `-o wide` are for people: times are relative, and absolute too in wide. `-o json` and `-o yaml` print the
API's answer, and nothing else, on standard output; hints and errors go to standard error. `-o csv` and `-o ndjson` print the
rows of the answer: the items of a list, or the one object; the columns are the API's names. `--quiet` prints ids only.
Lists show 50 items and say on standard error when there are more; `--all` follows the pages to the last.

`certs create|renew|deploy|csr --wait` print a line for each step with the seconds since the first job was written, then
what each endpoint was seen to serve. With `-o json` they print one document at the end: `outcome` (`issued`, `deployed`,
`failed`, `timed_out`), `seconds`, `certificate`, `jobs` (each with its `steps`) and `deployments`.
`events -o json` prints one object on a line.

";

fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("## Exit codes\n\n| Code | Meaning |\n|---|---|\n");
    for (_, code, meaning) in Exit::TABLE {
        let _ = writeln!(text, "| {code} | {meaning} |");
    }
    text.push_str("\n`certs needs-renewal` answers by its code: 0 yes, 1 no, 2 and more an error.\n\n## Global options\n\n");
    let mut root = Cli::command();
    root.build();
    table(&mut text, root.get_arguments().filter(|arg| arg.is_global_set()));
    text.push_str("\n## Commands\n");
    for command in root.get_subcommands() {
        describe(&mut text, "certctl", command);
    }
    text
}

fn describe(text: &mut String, above: &str, command: &Command) {
    let name = format!("{above} {}", command.get_name());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let positionals: String = command.get_positionals().map(|arg| format!(" {arg}")).collect();
    let _ = write!(text, "\n### `{name}{positionals}`\n\n{about}.\n");
    let own: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| !arg.is_global_set() && !["help", "version"].contains(&arg.get_id().as_str()))
        .collect();
    if !own.is_empty() {
        text.push('\n');
        table(text, own.into_iter());
    }
    for below in command.get_subcommands() {
        describe(text, &name, below);
    }
}

fn table<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| Argument | What it is |\n|---|---|\n");
    for argument in arguments {
        let short = argument.get_short().map(|c| format!("-{c}, ")).unwrap_or_default();
        let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<String> =
            argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        if argument.get_action().takes_values() && !values.is_empty() {
            let _ = write!(help, ": {}", values.join(", "));
        }
        if argument.is_required_set() {
            help.push_str(" (required)");
        }
        let shown = format!("{short}{argument}").replace('|', "\\|");
        let _ = writeln!(text, "| `{shown}` | {} |", help.replace('|', "\\|"));
    }
}

const CONFIGURATION: &str = "# Settings of the server

Made from the server's table of settings by `crates/certctl/src/reference.rs`; a test compares. Do not edit by hand.

A flag (`--max-body-bytes`) goes before its environment variable (`CERTCTL_MAX_BODY_BYTES`), that before the line in the
file (`max_body_bytes = 1048576`), and that before the default. The file is the one that `--config` or `CERTCTL_CONFIG` names,
else `/etc/certctl/certctl.toml` where it exists. A list is separated by commas, or an array in the file. A duration is a
number of seconds, or with units: `90s`, `1h 30m`. A secret may come from a file named by `CERTCTL_..._FILE`.

A setting that nobody knows is refused, and so is a value that cannot be right; all problems are told at once.
`certctl server config check` says them without starting anything, and `certctl server config print` shows every setting with
the place that it comes from, secrets hidden.

| Setting | Default | What it does |
|---|---|---|
";

fn configuration() -> String {
    let mut text = CONFIGURATION.to_owned();
    for key in KEYS {
        let default = match (key.default, key.secret) {
            ("", false) => "none".to_owned(),
            ("", true) => "none (secret)".to_owned(),
            (default, _) => format!("`{default}`"),
        };
        let help = key.help.replace('|', "\\|");
        let _ = writeln!(text, "| `{}` ({}) | {default} | {help} |", key.name, key.value);
    }
    text
}

fn is_up_to_date(name: &str, wanted: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("CERTCTL_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == wanted,
        "docs/reference/{name} is stale: CERTCTL_WRITE_REFERENCE=1 cargo test -p certctl reference"
    );
}

#[test]
fn the_reference_page_of_the_command_line_is_up_to_date() {
    is_up_to_date("cli.md", &page());
}

#[test]
fn the_reference_page_of_the_settings_is_up_to_date() {
    is_up_to_date("configuration.md", &configuration());
}
