//! What the program prints and how it ends: formats, the two streams, exit codes.
//!
//! Not for: what a column shows (`table.rs` and the nouns), or what a row is (`rows.rs`). Invariants: json and yaml print
//! exactly the API's answer, csv and ndjson its rows, on standard output, and nothing else is there; hints and errors go to standard error; colour is never alone.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use certctl_core::time::{Clock, Ts};
use serde_json::Value;

use crate::failure::Failure;
use crate::rows;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or yes.
    Ok,
    /// Failed, or no.
    Negative,
    /// The flags, the environment or the configuration are wrong.
    Usage,
    /// The server cannot be reached or is not trusted.
    Unreachable,
    /// The time for waiting is over.
    TimedOut,
    /// The server refused the request.
    Refused,
}

impl Exit {
    /// Every code with its meaning: the table of the reference page and of `--help`.
    pub(crate) const TABLE: &[(Self, u8, &str)] = &[
        (Self::Ok, 0, "done; for a question: yes"),
        (Self::Negative, 1, "tried and failed, or the server had an internal error; for a question: no"),
        (Self::Usage, 2, "wrong flags, environment, file or configuration"),
        (Self::Unreachable, 3, "the server cannot be reached, or its certificate is not trusted"),
        (Self::TimedOut, 4, "the time for waiting is over; the work goes on"),
        (Self::Refused, 5, "the server refused the request (a 4xx answer)"),
    ];

    /// The number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Negative => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::TimedOut => 4,
            Self::Refused => 5,
        }
    }
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For people, with more columns and absolute times.
    Wide,
    /// The API's answer.
    Json,
    /// The API's answer as YAML.
    Yaml,
    /// The rows of the API's answer as comma-separated values, with a line of the fields' names.
    Csv,
    /// The rows of the API's answer as JSON, one on each line.
    Ndjson,
}

impl Format {
    /// Whether a program reads it.
    pub(crate) const fn is_machine(self) -> bool {
        match self {
            Self::Json | Self::Yaml | Self::Csv | Self::Ndjson => true,
            Self::Table | Self::Wide => false,
        }
    }
}

/// What a text means for the reader; shown as a colour beside the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    Plain,
    /// As it should be.
    Good,
    /// Under way, or soon of interest.
    Notice,
    /// Someone must act.
    Bad,
    /// Past or put aside.
    Faint,
}

impl Tone {
    /// The style of the tone.
    pub(crate) const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Notice => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }

    /// The text in the tone's style; the stream takes the style away where it does not belong.
    pub(crate) fn paint(self, text: &str) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }
}

/// The two streams, with how to print on them.
pub(crate) struct Console {
    /// How answers are printed.
    pub(crate) format: Format,
    /// Only ids and what was asked for; no hints.
    pub(crate) quiet: bool,
    clock: Box<dyn Clock>,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("format", &self.format)
            .field("quiet", &self.quiet)
            .finish_non_exhaustive()
    }
}

impl Console {
    /// A console on the given streams.
    pub(crate) fn new(
        format: Format,
        quiet: bool,
        clock: Box<dyn Clock>,
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
    ) -> Self {
        Self { format, quiet, clock, out, err }
    }

    /// The present moment, for relative times.
    pub(crate) fn now(&self) -> Ts {
        self.clock.now()
    }

    /// A line on standard output.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.out, "{text}")?;
        Ok(self.out.flush()?)
    }

    /// A text on standard output as it is, such as a PEM chain.
    pub(crate) fn raw(&mut self, text: &str) -> Result<(), Failure> {
        write!(self.out, "{text}")?;
        Ok(self.out.flush()?)
    }

    /// Standard output itself.
    pub(crate) fn stdout(&mut self) -> &mut (dyn Write + Send) {
        &mut *self.out
    }

    /// A line for people that belongs to the answer; programs and quiet callers do not get it.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        if self.quiet || self.format.is_machine() { Ok(()) } else { self.line(text) }
    }

    /// A hint on standard error.
    pub(crate) fn hint(&mut self, text: &str) -> Result<(), Failure> {
        if self.quiet {
            return Ok(());
        }
        writeln!(self.err, "{}", Tone::Faint.paint(text))?;
        Ok(())
    }

    /// A failure on standard error.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        if failure.exit() == Exit::Ok {
            return;
        }
        let label = Tone::Bad.paint("error:");
        for (i, line) in failure.lines().iter().enumerate() {
            // When not even standard error can be written there is nobody left to tell.
            let _ =
                if i == 0 { writeln!(self.err, "{label} {line}") } else { writeln!(self.err, "  {line}") };
        }
    }

    /// An answer for programs, as JSON (also in the human formats) or YAML, or its rows.
    pub(crate) fn document(&mut self, value: &Value) -> Result<(), Failure> {
        let unprintable = |detail: String| Failure::Answer { what: "the request".to_owned(), detail };
        match self.format {
            Format::Table | Format::Wide | Format::Json => {
                let text =
                    serde_json::to_string_pretty(value).map_err(|error| unprintable(error.to_string()))?;
                self.line(&text)
            }
            Format::Yaml => {
                let text = yaml_serde::to_string(value).map_err(|error| unprintable(error.to_string()))?;
                self.raw(&text)
            }
            Format::Csv => {
                let text = rows::csv(value).map_err(|error| unprintable(error.to_string()))?;
                self.raw(&text)
            }
            Format::Ndjson => {
                for row in rows::of(value) {
                    self.line(&row.to_string())?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use serde_json::json;

    use super::*;

    /// A stream that a test reads.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Capture(Arc<Mutex<Vec<u8>>>);

    impl Capture {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
        }
    }

    impl Write for Capture {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A console whose streams a test reads, without colour.
    pub(crate) fn captured(format: Format, quiet: bool, now: Ts) -> (Console, Capture, Capture) {
        let (out, err) = (Capture::default(), Capture::default());
        let plain = |capture: &Capture| {
            anstream::StripStream::new(Box::new(capture.clone()) as Box<dyn Write + Send>)
        };
        let clock = Box::new(certctl_core::time::ManualClock::new(now));
        (Console::new(format, quiet, clock, Box::new(plain(&out)), Box::new(plain(&err))), out, err)
    }

    #[test]
    fn the_table_of_exit_codes_agrees_with_the_codes() {
        for (i, (exit, code, _)) in Exit::TABLE.iter().enumerate() {
            assert_eq!((exit.code(), usize::from(*code)), (*code, i));
        }
    }

    #[test]
    fn json_and_yaml_print_the_whole_answer() {
        let answer = json!({ "items": [{ "id": "mc-a", "unknown_to_this_version": 1 }] });
        let (mut console, out, _) = captured(Format::Json, true, Ts::from_second(0));
        console.document(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&out.text()).unwrap(), answer);
        let (mut console, out, _) = captured(Format::Yaml, true, Ts::from_second(0));
        console.document(&answer).unwrap();
        assert_eq!(yaml_serde::from_str::<Value>(&out.text()).unwrap(), answer);
    }

    #[test]
    fn hints_stay_off_standard_output_and_quiet_ones_are_silent() {
        let (mut console, out, err) = captured(Format::Table, false, Ts::from_second(0));
        console.hint("there is more").unwrap();
        assert_eq!((out.text().as_str(), err.text().as_str()), ("", "there is more\n"));
        let (mut console, _, err) = captured(Format::Table, true, Ts::from_second(0));
        console.hint("there is more").unwrap();
        assert_eq!(err.text(), "");
    }

    #[test]
    fn programs_do_not_get_lines_for_people() {
        let (mut console, out, _) = captured(Format::Json, false, Ts::from_second(0));
        console.say("hello").unwrap();
        assert_eq!(out.text(), "");
    }

    #[test]
    fn a_closed_pipe_is_no_error_message() {
        let (mut console, _, err) = captured(Format::Table, false, Ts::from_second(0));
        console.failure(&Failure::Output(std::io::ErrorKind::BrokenPipe.into()));
        assert_eq!(err.text(), "");
        console.failure(&Failure::usage("no API key", "sign in"));
        assert_eq!(err.text(), "error: no API key\n  next: sign in\n");
    }
}
