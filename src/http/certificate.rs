//! What a certificate says of itself: whom it is for, who issued it, and until when (RFC 5280, section 4.1).
//!
//! Only what a person is told is read here; whether the certificate is to be trusted is for rustls alone to say.

use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode, Reader, SliceReader, Tag};
use jiff::Timestamp;

use crate::escape::escaped;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The most telling part of the issuer's name, escaped.
    pub issuer: String,
    /// Whether it names itself as its issuer.
    pub is_self_signed: bool,
    pub not_after: Timestamp,
}

/// The parts of a name that are shown, the most telling one first: common name, organization, unit.
const TELLING: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("2.5.4.3"),
    ObjectIdentifier::new_unwrap("2.5.4.10"),
    ObjectIdentifier::new_unwrap("2.5.4.11"),
];

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(bytes: &[u8]) -> der::Result<Certificate> {
        // Everything before and behind the part that is signed over is left alone.
        let whole = AnyRef::from_der(bytes)?;
        let signed = AnyRef::decode(&mut SliceReader::new(whole.value())?)?;
        let mut reader = SliceReader::new(signed.value())?;
        // A version stands only where it is not the first; serial number and algorithm follow.
        if Tag::peek(&reader)?.is_context_specific() {
            reader.tlv_bytes()?;
        }
        reader.tlv_bytes()?;
        reader.tlv_bytes()?;
        let issuer = reader.tlv_bytes()?;
        let validity = AnyRef::decode(&mut reader)?;
        let subject = reader.tlv_bytes()?;
        let mut validity = SliceReader::new(validity.value())?;
        time(&mut validity)?;
        Ok(Certificate {
            issuer: name(issuer)?,
            is_self_signed: issuer == subject,
            not_after: time(&mut validity)?,
        })
    }

    /// Whole days from then until it ends; below 0 where it has ended.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        (self.not_after.as_second() - now.as_second()).div_euclid(24 * 60 * 60)
    }
}

fn time(reader: &mut SliceReader<'_>) -> der::Result<Timestamp> {
    let since_1970 = if Tag::peek(reader)? == Tag::UtcTime {
        UtcTime::decode(reader)?.to_unix_duration()
    } else {
        GeneralizedTime::decode(reader)?.to_unix_duration()
    };
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
    Ok(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))
}

fn name(bytes: &[u8]) -> der::Result<String> {
    let mut found: [Option<String>; TELLING.len()] = [const { None }; TELLING.len()];
    let parts = AnyRef::from_der(bytes)?;
    let mut parts = SliceReader::new(parts.value())?;
    while !parts.is_finished() {
        let part = AnyRef::decode(&mut parts)?;
        let mut part = SliceReader::new(part.value())?;
        while !part.is_finished() {
            let pair = AnyRef::decode(&mut part)?;
            let mut pair = SliceReader::new(pair.value())?;
            let kind = ObjectIdentifier::decode(&mut pair)?;
            let value = AnyRef::decode(&mut pair)?;
            if let Some(rank) = TELLING.iter().position(|telling| *telling == kind) {
                found[rank].get_or_insert_with(|| String::from_utf8_lossy(value.value()).into_owned());
            }
        }
    }
    let telling = found.into_iter().flatten().next();
    Ok(telling.map_or_else(|| "somebody without a name".to_owned(), |name| escaped(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuer_and_end_are_read() {
        let mut ca = rcgen::CertificateParams::default();
        ca.distinguished_name.push(rcgen::DnType::OrganizationName, "Acme");
        ca.distinguished_name.push(rcgen::DnType::CommonName, "Ada's\u{202e} CA");
        let ca_key = rcgen::KeyPair::generate().expect("a key");
        let ca = rcgen::Issuer::new(ca, ca_key);
        for (year, end) in [(2031, "2031-02-03T00:00:00Z"), (2051, "2051-02-03T00:00:00Z")] {
            let mut own = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
            own.not_after = rcgen::date_time_ymd(year, 2, 3);
            let key = rcgen::KeyPair::generate().expect("a key");
            let signed = own.signed_by(&key, &ca).expect("a certificate");
            let read = Certificate::read(signed.der()).expect("readable");
            assert_eq!(read.issuer, "Ada's\\u{202e} CA");
            assert!(!read.is_self_signed);
            assert_eq!(read.not_after.to_string(), end);
            let self_signed = own.self_signed(&key).expect("a certificate");
            assert!(Certificate::read(self_signed.der()).expect("readable").is_self_signed);
        }
    }

    #[test]
    fn days_are_counted_down_and_below_nothing() {
        let certificate = Certificate {
            issuer: String::new(),
            is_self_signed: false,
            not_after: Timestamp::from_second(86_400).expect("a time"),
        };
        for (now, days) in [(0, 1), (1, 0), (86_400, 0), (86_401, -1)] {
            assert_eq!(certificate.days_left(Timestamp::from_second(now).expect("a time")), days, "{now}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_an_error() {
        for bytes in [&b""[..], b"x", b"\x30\x00", b"\x30\x82\xff\xff", b"\x30\x02\x30\x00"] {
            assert!(Certificate::read(bytes).is_err(), "{bytes:?}");
        }
    }
}
