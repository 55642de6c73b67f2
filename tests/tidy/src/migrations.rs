//! Names of migrations: `0001_init.sql`, then each next number.
//!
//! Not for: what is in them (the store's tests run them). Invariant: numbers start at 1 and have no gap and no double.

/// What is wrong with these file names of the migrations folder.
pub fn check(names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut numbers = Vec::new();
    for name in names {
        match number(name) {
            Some(number) => numbers.push(number),
            None => found.push(format!("{name}: is not named like 0001_what_it_does.sql")),
        }
    }
    numbers.sort_unstable();
    for (number, expected) in numbers.iter().zip(1..) {
        if *number != expected {
            found.push(format!("migration {number:04} stands where {expected:04} is expected"));
            break;
        }
    }
    found
}

fn number(name: &str) -> Option<u32> {
    let (digits, rest) = name.strip_suffix(".sql")?.split_once('_')?;
    let words =
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (words && digits.len() == 4).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_gap_a_double_and_a_bad_name_are_findings() {
        assert_eq!(check(&["0002_more.sql", "0001_init.sql"]), Vec::<String>::new());
        for bad in [
            ["0001_init.sql", "0003_more.sql"],
            ["0001_init.sql", "0001_more.sql"],
            ["0001_init.sql", "2_more.sql"],
            ["0001_init.sql", "0002_more.down.sql"],
            ["0002_init.sql", "0003_more.sql"],
        ] {
            assert!(!check(&bad).is_empty(), "{bad:?}");
        }
    }
}
