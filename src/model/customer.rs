//! The table: every field of the Booster customer, once, in the order of the API page (PatchCustomer).
//!
//! Flags, file keys, columns, questions, rules, schema, template and wire keys are all computed from here.
//! A copy of the page's own table lies in `tests/api/PatchCustomer.txt`; a test compares every row with it.

use crate::model::field::ClientType::{Company, Private};
use crate::model::field::Group::{Company as CompanyData, Consents, Dates, Names, Notes, Staff};
use crate::model::field::Shape::{self, Country, Language, LifeDay, Lines, Listed};
use crate::model::field::{Field, Kind, Record, date, list, text, yes_no};

/// The key under which the page passes the customer's id. It is sent in the path alone, so it is no field.
pub const ID_KEY: &str = "boosterCustomerId";

/// The key under which a file names its JSON Schema for an editor. It is never sent.
pub const SCHEMA_KEY: &str = "$schema";

/// The field on whose value the page's conditional rules depend.
pub const CLIENT_TYPE: &str = "clientType";

pub static CUSTOMER: Record = Record {
    name: "Customer",
    fields: &[
        text("title", "Title")
            .required_for(Private)
            .eg(&["Mr & Mrs", "Mr.", "Mrs.", "Sama", "Captain"])
            .words(&["salutation", "form of address"])
            .group(Names),
        text("firstName", "First name").words(&["given name", "forename"]).group(Names),
        text("lastName", "Last name").required_for(Private).words(&["surname", "family name"]).group(Names),
        text("firstNameNotLatin", "First name in its own script")
            .words(&["given name", "native", "Chinese", "Japanese", "Arabic"])
            .group(Names),
        text("lastNameNotLatin", "Last name in its own script")
            .words(&["surname", "family name", "native", "Chinese", "Japanese", "Arabic"])
            .group(Names),
        text("middleName", "Middle name").group(Names),
        text("nameSuffix", "Name suffix").group(Names),
        yes_no("canBeContactedByMaison", "Can be contacted by the Maison")
            .required()
            .eg(&["true", "false"])
            .words(&["consent", "marketing", "opt in", "opt out"])
            .group(Consents),
        text(CLIENT_TYPE, "Client type")
            .required()
            .eg(&["PRIVATE", "COMPANY"])
            .words(&["customer type", "private or company"])
            .shape(Shape::ClientType),
        text("companyName", "Company name")
            .required_for(Company)
            .words(&["firm", "business", "employer"])
            .group(CompanyData),
        text("languageId", "Language")
            .required_for(Private)
            .eg(&["ita", "chi", "aze", "eng", "ger"])
            .shape(Language),
        text("gender", "Gender").required_for(Private).eg(&["M", "F"]).words(&["sex"]).shape(Listed),
        text("countryId", "Country")
            .required()
            .eg(&["it", "cn", "az", "gb", "de"])
            .words(&["nation", "residence"])
            .shape(Country),
        date("birthDate", "Birth date")
            .eg(&["2020-12-30"])
            .words(&["birthday", "date of birth", "born"])
            .shape(LifeDay)
            .group(Dates),
        text("customerReference", "Customer reference").words(&["number", "code"]),
        date("weddingDate", "Wedding date")
            .eg(&["2020-01-18"])
            .words(&["marriage", "anniversary"])
            .shape(LifeDay)
            .group(Dates),
        text("preferredContactMethod", "Preferred contact method")
            .eg(&["Fax", "Tel", "EMail", "Mail", "Survey"])
            .words(&["channel", "how to contact"])
            .shape(Listed)
            .group(Consents),
        yes_no("contactByEmailFlag", "Wants to be contacted by email")
            .words(&["consent", "opt in", "opt out", "newsletter", "e-mail"])
            .group(Consents),
        yes_no("contactByMailFlag", "Wants to be contacted by mail")
            .words(&["consent", "opt in", "opt out", "post", "letter"])
            .group(Consents),
        yes_no("contactByPhoneFlag", "Wants to be contacted by phone")
            .words(&["consent", "opt in", "opt out", "telephone", "call"])
            .group(Consents),
        yes_no("contactBySMSFlag", "Wants to be contacted by SMS")
            .words(&["consent", "opt in", "opt out", "text message", "mobile"])
            .group(Consents),
        yes_no("contactBySocialMediaFlag", "Wants to be contacted by social media")
            .words(&["consent", "opt in", "opt out", "WeChat", "WhatsApp"])
            .group(Consents),
        text("saleRepresentativeEmail", "Sale representative's email")
            .eg(&["rauf.aliyev@richemont.com"])
            .words(&["seller", "sales associate", "advisor"])
            .shape(Shape::Email)
            .group(Staff),
        yes_no("allowStoreDataAbroad", "Allows cross-border data transfer")
            .words(&["consent", "privacy", "abroad", "GDPR"])
            .group(Consents),
        yes_no("tvAllowStoreDataAbroad", "Allows cross-border data transfer for TimeVallée")
            .words(&["consent", "privacy", "abroad", "GDPR"])
            .group(Consents),
        yes_no("dataSharingConsent", "Allows data sharing")
            .words(&["consent", "privacy", "GDPR"])
            .group(Consents),
        text("notes", "Notes").words(&["comment", "remark", "memo"]).shape(Lines).group(Notes),
        text("referenceSaleRepresentativeEmail", "Reference sale representative's email")
            .words(&["seller", "sales associate", "advisor"])
            .shape(Shape::Email)
            .group(Staff),
        list("emails", &EMAIL, "Emails").words(&["e-mail", "mail address"]),
        list("phones", &PHONE, "Phones").words(&["telephone", "mobile", "cell phone", "number", "fax"]),
        list("addresses", &ADDRESS, "Addresses").words(&[
            "street",
            "zip",
            "postal code",
            "city",
            "town",
            "house",
        ]),
        list("events", &EVENT, "Events").words(&["birthday", "anniversary"]),
        list("interests", &INTEREST, "Interests"),
        list("hobbies", &HOBBY, "Hobbies").words(&["pastime", "sport"]),
        list("productCollections", &PRODUCT_COLLECTION, "Product collections")
            .words(&["jewellery", "watches"]),
    ],
};

static EMAIL: Record = Record {
    name: "Email",
    fields: &[
        text("email", "Email").required().shape(Shape::Email),
        yes_no("isMainEmail", "Main email").required(),
    ],
};

static PHONE: Record = Record {
    name: "Phone",
    fields: &[
        // The page's examples are China's 13888889999, Japan's 352858088 and Korea's 023123456.
        text("phone", "Phone number")
            .required()
            .eg(&["13888889999", "352858088", "023123456"])
            .shape(Shape::Phone),
        text("countryPrefix", "Country of the prefix").required().eg(&["it", "fr", "az"]).shape(Country),
        text("phoneType", "Phone type")
            .eg(&["Home", "Mobile", "Work", "Other", "Secondary Address"])
            .shape(Listed),
        yes_no("isMainPhone", "Main phone").required(),
    ],
};

static ADDRESS: Record = Record {
    name: "Address",
    fields: &[
        text("addressType", "Address type").required().eg(&["Home", "Office", "Shipping"]).shape(Listed),
        text("countryId", "Country").required().eg(&["it", "cn", "az", "gb", "de"]).shape(Country),
        text("houseNumber", "House number"),
        text("stateId", "Region or state"),
        text("city", "City"),
        text("zipCode", "Postal code").words(&["zip"]),
        text("street", "Street name and number"),
        text("street2", "Street, second line"),
        text("street3", "Street, third line"),
        text("street4", "Street, fourth line"),
        text("street5", "Street, fifth line"),
        yes_no("isMainAddress", "Main address").required(),
        text("poBox", "Post office box"),
        text("additionalInformation", "Additional information").shape(Lines),
    ],
};

static EVENT: Record = Record {
    name: "Event",
    fields: &[
        text("eventType", "Event type")
            .required()
            .eg(&["Birthday", "Wedding", "Anniversary", "Barmitza", "Other"])
            .shape(Listed),
        date("eventDate", "Event date").required().eg(&["2021-01-20"]),
        text("eventNotes", "Event notes").shape(Lines),
        text("eventOtherName", "Name of an event of another type"),
    ],
};

static INTEREST: Record = Record {
    name: "Interest",
    fields: &[
        text("interest", "Interest").required(),
        text("sapInterestId", "SAP interest id").required().eg(&["CA-1"]),
        text("translation", "Translation of the interest"),
    ],
};

static HOBBY: Record = Record {
    name: "Hobby",
    fields: &[
        text("hobby", "Hobby").required(),
        text("sapHobbyId", "SAP hobby id").required().eg(&["ART"]),
        text("translation", "Translation of the hobby"),
    ],
};

static PRODUCT_COLLECTION: Record = Record {
    name: "ProductCollection",
    fields: &[
        text("productCollection", "Product collection").required(),
        text("sapProductCollectionId", "SAP product collection id").required().eg(&["CA-1"]),
        text("translation", "Translation of the product collection").required(),
    ],
};

/// The table as one profile has it: the fields that its service has besides behind the table's own, and each field
/// marked by whether the profile may change it. Like the table itself it is kept for as long as the process lives.
pub fn table_of(extra: &[(String, ExtraKind)], may_change: impl Fn(&Field) -> bool) -> &'static Record {
    let extra = extra.iter().map(|(name, kind)| {
        let name: &'static str = name.clone().leak();
        match kind {
            ExtraKind::Text => text(name, name),
            // Nobody but the service knows what it says, so it is treated with the care that a consent wants.
            ExtraKind::Bool => yes_no(name, name).group(Consents),
            ExtraKind::Date => date(name, name).eg(&["2020-12-30"]),
        }
    });
    let fields = CUSTOMER.fields.iter().copied().chain(extra);
    let fields: Vec<Field> = fields.map(|field| Field { may_change: may_change(&field), ..field }).collect();
    Box::leak(Box::new(Record { name: CUSTOMER.name, fields: fields.leak() }))
}

/// What the value of a field is that a profile adds to the table: a list has items of its own, which nobody has
/// described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtraKind {
    Text,
    Bool,
    Date,
}

/// Every field with its place, in the page's order, a list's own fields right behind the list: `emails[].email`.
pub fn every_field() -> impl Iterator<Item = (&'static Field, String)> {
    CUSTOMER.fields.iter().flat_map(|field| {
        let nested = match field.kind {
            Kind::List(record) => record.fields,
            Kind::Text | Kind::Bool | Kind::Date => &[],
        };
        let inside = format!("{}[]", field.name);
        std::iter::once((field, field.name.to_owned()))
            .chain(nested.iter().map(move |inner| (inner, inner.at(&inside))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::Need;

    const PAGE: &str = include_str!("../../tests/api/PatchCustomer.txt");

    /// The rows of the page's table for one type, without the heading and the id of the path.
    fn page_rows(record: &Record) -> Vec<&'static str> {
        let title = match record.name {
            "Customer" => "PatchCustomer Parameters:".to_owned(),
            nested => format!("{nested} Parameters:"),
        };
        PAGE.lines()
            .skip_while(|line| *line != title)
            .skip(2)
            .take_while(|line| !line.ends_with("Parameters:"))
            .filter(|line| !line.starts_with(ID_KEY))
            .collect()
    }

    #[test]
    fn every_record_says_what_the_api_page_says() {
        let nested = CUSTOMER.fields.iter().filter_map(|field| match field.kind {
            Kind::List(record) => Some(record),
            Kind::Text | Kind::Bool | Kind::Date => None,
        });
        for record in std::iter::once(&CUSTOMER).chain(nested) {
            let rows = page_rows(record);
            assert_eq!(rows.len(), record.fields.len(), "fields of {}", record.name);
            for (row, field) in rows.iter().zip(record.fields) {
                let (place, optional_mark) =
                    if record.name == "Customer" { ("query", "?") } else { ("form", "") };
                let kind = match field.kind {
                    Kind::Text => "string".to_owned(),
                    Kind::Bool => format!("bool{optional_mark}"),
                    Kind::Date => format!("DateTime{optional_mark}"),
                    Kind::List(inner) => format!("List<{}>", inner.name),
                };
                let required = if field.need == Need::Required { "Yes" } else { "No" };
                let start = format!("{}{place}{kind}{required}", field.name);
                assert!(row.starts_with(&start), "the page says {row:?}, the table {start:?}");

                let words = &row[start.len()..];
                let condition = match field.need {
                    Need::RequiredFor(Private) => Some("'Personal'"),
                    Need::RequiredFor(Company) => Some("'Company'"),
                    Need::Optional | Need::Required => None,
                };
                assert_eq!(
                    words.split("Mandatory only when customer type is ").nth(1),
                    condition,
                    "condition of {}",
                    field.name
                );
                for example in field.examples {
                    assert!(
                        words.contains(example),
                        "{} has no example {example:?} in {words:?}",
                        field.name
                    );
                }
            }
        }
    }

    #[test]
    fn the_page_has_35_fields_and_33_nested_ones() {
        assert_eq!(CUSTOMER.fields.len(), 35);
        assert_eq!(every_field().count(), 68);
    }

    #[test]
    fn no_two_flags_share_a_name() {
        let mut flags: Vec<String> = CUSTOMER
            .fields
            .iter()
            .flat_map(|field| match field.kind {
                Kind::List(record) => vec![field.flag(), record.item_flag()],
                Kind::Text | Kind::Bool | Kind::Date => vec![field.flag()],
            })
            .collect();
        let all = flags.len();
        flags.sort();
        flags.dedup();
        assert_eq!(flags.len(), all);
    }

    #[test]
    fn a_short_key_means_one_field_only() {
        for (field, _) in every_field() {
            let Kind::List(record) = field.kind else { continue };
            for inner in record.fields {
                if let Some(short) = record.short_key(inner) {
                    assert_eq!(record.field_by_key(&short).map(|found| found.name), Some(inner.name));
                }
            }
        }
    }
}
