//! A time as the progress file writes it: RFC 3339, UTC, to the millisecond.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC; never after the year 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// 9999-12-31T23:59:59.999Z
const LAST: u64 = 253_402_300_799_999;

impl Moment {
    /// `2026-11-23T19:04:05.678Z`, also with fewer or more digits of a second.
    pub fn parse(text: &str) -> Option<Moment> {
        humantime::parse_rfc3339(text).ok().map(Moment::from)
    }

    /// `2026-11-23`.
    pub fn day(self) -> String {
        self.to_string()[..10].to_string()
    }

    /// `2026-11-23 19:04 UTC`, for people.
    pub fn minute(self) -> String {
        let text = self.to_string();
        format!("{} {} UTC", &text[..10], &text[11..16])
    }

    /// `2026-11-23T19-04-05Z`: safe as part of a file name on every system.
    pub fn file_name(self) -> String {
        format!("{}Z", self.to_string()[..19].replace(':', "-"))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Moment {
        let ms = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        Moment(u64::try_from(ms).unwrap_or(LAST).min(LAST))
    }
}

impl From<Moment> for SystemTime {
    fn from(moment: Moment) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(moment.0)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_millis((*self).into()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back_as_it_is_written() {
        for ms in [0, 1, 951_782_400_123, 1_795_460_645_678, LAST] {
            let moment = Moment(ms);
            assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }
        assert_eq!(Moment::parse("2026-11-23T19:04:05Z").unwrap().to_string(), "2026-11-23T19:04:05.000Z");
        assert_eq!(Moment::parse("yesterday"), None);
    }

    #[test]
    fn clocks_that_are_far_off_are_bounded() {
        assert_eq!(Moment::from(UNIX_EPOCH - Duration::from_secs(9)), Moment(0));
        assert_eq!(Moment::from(UNIX_EPOCH + Duration::from_secs(1 << 40)), Moment(LAST));
    }

    #[test]
    fn names_and_days_are_cut_from_the_text() {
        let moment = Moment::parse("2026-11-23T19:04:05.678Z").unwrap();
        assert_eq!(moment.day(), "2026-11-23");
        assert_eq!(moment.minute(), "2026-11-23 19:04 UTC");
        assert_eq!(moment.file_name(), "2026-11-23T19-04-05Z");
    }
}
