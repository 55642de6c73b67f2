//! Times as certificates, CRLs and OCSP responses carry them, from and to unix seconds.
//!
//! It reads no clock. Invariant: what cannot be written (before 1970, after 9999) is refused, never clipped.

use std::time::Duration;

use der::DateTime;

use crate::{
    CertificateError,
    encode::{GENERALIZED_TIME, UTC_TIME, Writer},
};

/// UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280, sections 4.1.2.5 and 5.1.2.4).
pub(crate) fn write_time(writer: &mut Writer, time: DateTime) {
    let text = text(time);
    if time.year() < 2050 {
        writer.value(UTC_TIME, &text[2..]);
    } else {
        writer.value(GENERALIZED_TIME, &text);
    }
}

/// GeneralizedTime in every year, as OCSP has it (RFC 6960, section 4.2.2.1).
pub(crate) fn write_generalized_time(writer: &mut Writer, time: DateTime) {
    writer.value(GENERALIZED_TIME, &text(time));
}

/// `YYYYMMDDHHMMSSZ`. By hand, since a CRL holds hundreds of thousands of them.
fn text(time: DateTime) -> [u8; 15] {
    let digit = |number: u16| b'0' + (number % 10).to_le_bytes()[0];
    let pair = |number: u8| [digit(u16::from(number / 10)), digit(u16::from(number))];
    let year = time.year();
    let [month, day] = [time.month(), time.day()].map(pair);
    let [hour, minute, second] = [time.hour(), time.minutes(), time.seconds()].map(pair);
    [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        month[0],
        month[1],
        day[0],
        day[1],
        hour[0],
        hour[1],
        minute[0],
        minute[1],
        second[0],
        second[1],
        b'Z',
    ]
}

/// The time as it can be written, or nothing.
pub(crate) fn writable(unix_seconds: i64) -> Option<DateTime> {
    let seconds = u64::try_from(unix_seconds).ok()?;
    DateTime::from_unix_duration(Duration::from_secs(seconds)).ok()
}

pub(crate) fn date_time(unix_seconds: i64) -> Result<DateTime, CertificateError> {
    writable(unix_seconds).ok_or(CertificateError::TimeOutOfRange { unix_seconds })
}

/// Unix seconds of a time in a certificate; it ends in the year 9999, so the number fits.
pub(crate) fn unix(time: &x509_cert::time::Time) -> i64 {
    time.to_unix_duration().as_secs().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(time: DateTime, write: fn(&mut Writer, DateTime)) -> (u8, String) {
        let mut writer = Writer::default();
        write(&mut writer, time);
        let bytes = writer.into_bytes();
        (bytes[0], String::from_utf8(bytes[2..].to_vec()).unwrap())
    }

    fn check(unix_seconds: i64, tag: u8, expected: &str) {
        let time = date_time(unix_seconds).unwrap();
        assert_eq!(written(time, write_time), (tag, expected.to_owned()));
        let (tag, text) = written(time, write_generalized_time);
        assert!(tag == GENERALIZED_TIME && text.len() == 15 && text.ends_with(expected), "{text}");
    }

    #[test]
    fn times_change_form_with_the_year_2050() {
        check(0, UTC_TIME, "700101000000Z");
        check(951_782_400, UTC_TIME, "000229000000Z");
        check(2_524_607_999, UTC_TIME, "491231235959Z");
        check(2_524_608_000, GENERALIZED_TIME, "20500101000000Z");
        check(253_402_300_799, GENERALIZED_TIME, "99991231235959Z");
        for out_of_range in [-1, i64::MIN, 253_402_300_800, i64::MAX] {
            let error = CertificateError::TimeOutOfRange { unix_seconds: out_of_range };
            assert_eq!(date_time(out_of_range), Err(error));
        }
    }
}
