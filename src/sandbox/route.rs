//! Which of the recorded operations a method and a path mean, in any casing and in each of ServiceStack's spellings.

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The id as it stands in the path; absent where the route wants it in the body.
    PatchCustomer(Option<String>),
    /// `/api/PatchCustomer` by another method than PATCH: the route is there, the service method is not.
    NoSuchMethod(String),
    GetCustomer(String),
    Me,
    Authenticate,
    SignIn,
    SignOut,
    AccessToken,
    /// The address of an OAuth issuer, which no recorded host has.
    OAuthToken,
}

/// The shape of the answer, by the path's suffix or by `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    Html,
}

impl Format {
    /// The header is compared as one text from its start: `text/plain, application/json` asks for HTML.
    pub fn of_accept(accept: Option<&str>) -> Format {
        let accept = accept.unwrap_or_default().trim().to_ascii_lowercase();
        if accept.starts_with("application/json") || accept.starts_with("*/*") {
            Format::Json
        } else if accept.starts_with("text/csv") {
            Format::Csv
        } else {
            Format::Html
        }
    }
}

/// The operation, and the format where the path names one. `method` is what an override has made of it.
pub fn route(method: &str, path: &str) -> Option<(Route, Option<Format>)> {
    let decoded = decode_path(path);
    let mut segments: Vec<&str> = decoded.split('/').skip(1).collect();
    // One slash at the end is not seen, but `/customer/` has no id.
    if segments.len() > 2 && segments.last() == Some(&"") {
        segments.pop();
    }
    let mut format = None;
    if let Some(last) = segments.last_mut() {
        for (suffix, named) in [(".json", Format::Json), (".csv", Format::Csv)] {
            if let Some(stem) = strip_suffix(last, suffix) {
                (*last, format) = (stem, Some(named));
            }
        }
    }
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let route = match (method, lower.as_slice()) {
        ("PATCH", ["customer", id]) if !id.is_empty() => Route::PatchCustomer(Some(segments[1].to_owned())),
        ("GET", ["customer", "v2", id]) if !id.is_empty() => Route::GetCustomer(segments[2].to_owned()),
        ("GET", ["me"]) => Route::Me,
        ("GET", ["auth"]) => Route::Authenticate,
        ("POST", ["auth", "credentials"]) => Route::SignIn,
        ("GET" | "POST", ["auth", "logout"]) => Route::SignOut,
        ("POST", ["access-token"]) => Route::AccessToken,
        ("POST", ["oauth2", "token"]) => Route::OAuthToken,
        (_, ["api", name] | ["json", "reply", name]) => {
            format = Some(Format::Json);
            match (method, *name) {
                ("PATCH", "patchcustomer") => Route::PatchCustomer(None),
                (_, "patchcustomer") => Route::NoSuchMethod(method.to_owned()),
                ("POST", "authenticate") => Route::SignIn,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some((route, format))
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    text.get(at..)?.eq_ignore_ascii_case(suffix).then(|| &text[..at])
}

/// A path with its escapes resolved. An escaped slash stays as it is, as in ASP.NET.
fn decode_path(path: &str) -> String {
    path.split_inclusive("%2F")
        .flat_map(|part| part.split_inclusive("%2f"))
        .map(|part| {
            let kept = if part.ends_with("%2F") || part.ends_with("%2f") { 3 } else { 0 };
            let (escaped, slash) = part.split_at(part.len() - kept);
            percent_decoded(escaped) + slash
        })
        .collect()
}

/// The pairs of a query string or of a form's body.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decoded(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A text as a part of a URL, escaped in lower case as .NET does it.
pub fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'!' | b'*' | b'(' | b')' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02x}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_in_each_of_its_spellings() {
        for (path, id) in [
            ("/customer/123", "123"),
            ("/customer/123/", "123"),
            ("/CUSTOMER/123", "123"),
            ("/customer/123.JSON", "123"),
            ("/customer/%31%32%33", "123"),
            ("/customer/1%2F2", "1%2F2"),
            ("/customer/%zz%f", "%zz%f"),
            ("/customer/é.json", "é"),
        ] {
            let found = route("PATCH", path).map(|(route, _)| route);
            assert_eq!(found, Some(Route::PatchCustomer(Some(id.to_owned()))), "{path}");
        }
        for path in ["/customer", "/customer/", "/", "", "*", "/customer/123/x", "/api", "/json/reply/"] {
            assert_eq!(route("PATCH", path), None, "{path}");
        }
    }
}
