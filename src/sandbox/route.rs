//! Which operation a method and a path mean. Paths match in any casing, with or without a slash at the end.

use axum::http::Method;

#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    /// The id as it is in the path.
    PatchCustomer(String),
    GetCustomer(String),
    WhoAmI,
    SignIn,
    SignOut,
    AccessToken,
    /// The token endpoint of an OAuth issuer, which no recorded host has.
    OAuthToken,
}

impl Route {
    pub fn of(method: &Method, path: &str) -> Option<Route> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let lower = path.to_ascii_lowercase();
        let segments: Vec<&str> = lower.split('/').skip(1).collect();
        let id = || path.rsplit('/').next().unwrap_or_default().to_owned();
        Some(match (method.as_str(), segments.as_slice()) {
            ("PATCH", ["customer", _]) if !path.ends_with('/') => Route::PatchCustomer(id()),
            ("GET", ["customer", "v2", _]) if !path.ends_with('/') => Route::GetCustomer(id()),
            ("GET", ["auth"] | ["me"]) => Route::WhoAmI,
            ("POST", ["auth", "credentials"]) => Route::SignIn,
            ("GET" | "POST", ["auth", "logout"]) => Route::SignOut,
            ("POST", ["access-token"]) => Route::AccessToken,
            ("POST", ["oauth2", "token"]) => Route::OAuthToken,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_in_any_casing_and_with_a_slash_at_the_end() {
        for path in ["/customer/123", "/customer/123/", "/CUSTOMER/123"] {
            assert_eq!(Route::of(&Method::PATCH, path), Some(Route::PatchCustomer("123".into())), "{path}");
        }
        assert_eq!(Route::of(&Method::GET, "/Customer/V2/1%2F2"), Some(Route::GetCustomer("1%2F2".into())));
        for path in ["/customer", "/customer/", "/customer//", "/", "", "*", "/customer/123/x"] {
            assert_eq!(Route::of(&Method::PATCH, path), None, "{path}");
        }
    }
}
