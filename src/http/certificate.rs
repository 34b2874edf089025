//! What a certificate says of itself: who issued it and until when it is valid (RFC 5280).
//!
//! Only what a person is shown is read here; whether the certificate is trusted is for rustls alone to say.

use jiff::Timestamp;
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode;

use crate::escape::escaped;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The issuer's name, as in `CN=Booster CA,O=Acme`, escaped.
    pub issuer: String,
    /// Whether it names itself as its issuer.
    pub is_self_signed: bool,
    pub not_after: Timestamp,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(bytes: &[u8]) -> x509_cert::der::Result<Certificate> {
        let certificate = CertificateInner::<Raw>::from_der(bytes)?;
        let signed = certificate.tbs_certificate();
        let until = signed.validity().not_after.to_unix_duration().as_secs();
        Ok(Certificate {
            issuer: escaped(&signed.issuer().to_string()),
            is_self_signed: signed.issuer() == signed.subject(),
            not_after: i64::try_from(until)
                .ok()
                .and_then(|seconds| Timestamp::from_second(seconds).ok())
                .unwrap_or(Timestamp::MAX),
        })
    }

    /// Whole days from then until it ends; below 0 where it has ended.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        (self.not_after.as_second() - now.as_second()).div_euclid(24 * 60 * 60)
    }
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
            assert_eq!(read.issuer, "O=Acme,CN=Ada's\\u{202e} CA");
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
