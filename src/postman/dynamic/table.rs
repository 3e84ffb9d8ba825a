//! The 118 names with what makes their values.

use fake::locales::{Data, EN};

use super::dice::Dice;
use super::{compose, words};

/// A dynamic variable.
#[derive(Debug)]
pub struct Dynamic {
    /// Its name, with the `$`.
    pub name: &'static str,
    /// What it gives, in a few words.
    pub meaning: &'static str,
    /// Makes a value.
    pub(super) make: fn(&mut Dice) -> String,
}

const fn of(name: &'static str, make: fn(&mut Dice) -> String, meaning: &'static str) -> Dynamic {
    Dynamic { name, meaning, make }
}

const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn image(kind: &str) -> String {
    format!("http://placeimg.com/640/480{kind}")
}

/// Every dynamic variable, in the order of postman-collection. `$timestamp` and `$randomInt` are
/// numbers there, `$randomBoolean` is a boolean, the three dates are `Date` objects, all others
/// strings; in a request all of them are text.
#[rustfmt::skip]
pub const TABLE: &[Dynamic] = &[
    of("$guid", compose::uuid, "a version 4 UUID"),
    of("$timestamp", |d| d.now().as_second().to_string(), "the Unix time in seconds, a number"),
    of("$isoTimestamp", compose::iso_time, "the time as ISO 8601 in UTC"),
    of("$randomInt", |d| d.below(1001).to_string(), "an integer from 0 to 1000"),
    of("$randomPhoneNumber", |d| d.pattern("!##-!##-####"), "a phone number of ten digits"),
    of("$randomPhoneNumberExt", |d| format!("{}-{}", d.between(1, 99), d.pattern("!##-!##-####")), "a phone number with a code before it"),
    of("$randomLocale", |d| d.pick(words::LOCALES).to_owned(), "a language code (ISO 639-1)"),
    of("$randomWords", |d| compose::words(d, " "), "two to five words"),
    of("$randomFilePath", |d| format!("{}/{}", d.pick(words::DIRECTORIES), compose::file_name(d, words::EXTENSIONS)), "the path of a file"),
    of("$randomDirectoryPath", |d| d.pick(words::DIRECTORIES).to_owned(), "the path of a folder"),
    of("$randomCity", compose::city, "a city"),
    of("$randomStreetName", compose::street, "a street"),
    of("$randomStreetAddress", compose::street_address, "a street with a house number"),
    of("$randomCountry", |d| d.pick(EN::ADDRESS_COUNTRY).to_owned(), "a country"),
    of("$randomCountryCode", |d| d.pick(EN::ADDRESS_COUNTRY_CODE).to_owned(), "a country code (ISO 3166-1 alpha-2)"),
    of("$randomLatitude", |d| compose::degrees(d, 90), "a latitude in degrees"),
    of("$randomLongitude", |d| compose::degrees(d, 180), "a longitude in degrees"),
    of("$randomColor", |d| d.pick(words::COLORS).to_owned(), "the name of a colour"),
    of("$randomDepartment", |d| d.pick(words::DEPARTMENTS).to_owned(), "a department of a shop"),
    of("$randomProductName", |d| compose::joined(d, &[words::PRODUCT_ADJECTIVES, words::PRODUCT_MATERIALS, words::PRODUCTS]), "a product with its properties"),
    of("$randomProductAdjective", |d| d.pick(words::PRODUCT_ADJECTIVES).to_owned(), "a property of a product"),
    of("$randomProductMaterial", |d| d.pick(words::PRODUCT_MATERIALS).to_owned(), "a material"),
    of("$randomProduct", |d| d.pick(words::PRODUCTS).to_owned(), "a product"),
    of("$randomCompanyName", compose::company, "a company"),
    of("$randomCompanySuffix", |d| d.pick(EN::COMPANY_SUFFIX).to_owned(), "what stands behind the name of a company"),
    of("$randomCatchPhrase", |d| compose::joined(d, &[EN::COMPANY_BUZZWORD_HEAD, EN::COMPANY_BUZZWORD_MIDDLE, EN::COMPANY_BUZZWORD_TAIL]), "a catchphrase"),
    of("$randomBs", |d| compose::joined(d, &[EN::COMPANY_BS_VERBS, EN::COMPANY_BS_ADJ, EN::COMPANY_BS_NOUNS]), "a phrase of business speak"),
    of("$randomCatchPhraseAdjective", |d| d.pick(EN::COMPANY_BUZZWORD_HEAD).to_owned(), "the first word of a catchphrase"),
    of("$randomCatchPhraseDescriptor", |d| d.pick(EN::COMPANY_BUZZWORD_MIDDLE).to_owned(), "the second word of a catchphrase"),
    of("$randomCatchPhraseNoun", |d| d.pick(EN::COMPANY_BUZZWORD_TAIL).to_owned(), "the noun of a catchphrase"),
    of("$randomBsAdjective", |d| d.pick(EN::COMPANY_BS_ADJ).to_owned(), "an adjective of business speak"),
    of("$randomBsBuzz", |d| d.pick(EN::COMPANY_BS_VERBS).to_owned(), "a verb of business speak"),
    of("$randomBsNoun", |d| d.pick(EN::COMPANY_BS_NOUNS).to_owned(), "a noun of business speak"),
    of("$randomDatabaseColumn", |d| d.pick(words::DATABASE_COLUMNS).to_owned(), "the name of a database column"),
    of("$randomDatabaseType", |d| d.pick(words::DATABASE_TYPES).to_owned(), "a type of a database"),
    of("$randomDatabaseCollation", |d| d.pick(words::DATABASE_COLLATIONS).to_owned(), "a collation of a database"),
    of("$randomDatabaseEngine", |d| d.pick(words::DATABASE_ENGINES).to_owned(), "a storage engine of a database"),
    of("$randomDatePast", |d| compose::date(d, -365), "a moment of the last year, as JavaScript writes it"),
    of("$randomDateFuture", |d| compose::date(d, 365), "a moment of the next year, as JavaScript writes it"),
    of("$randomDateRecent", |d| compose::date(d, -1), "a moment of the last day, as JavaScript writes it"),
    of("$randomMonth", |d| d.pick(words::MONTHS).to_owned(), "a month"),
    of("$randomWeekday", |d| d.pick(words::WEEKDAYS).to_owned(), "a day of the week"),
    of("$randomBankAccount", |d| d.pattern("########"), "a bank account of eight digits"),
    of("$randomBankAccountName", |d| format!("{} Account", d.pick(words::BANK_ACCOUNTS)), "a kind of bank account"),
    of("$randomCreditCardMask", |d| d.pattern("####"), "the last four digits of a credit card"),
    of("$randomPrice", |d| format!("{}.{}", d.below(1000), d.pattern("##")), "an amount below 1000 with two decimals"),
    of("$randomTransactionType", |d| d.pick(words::TRANSACTIONS).to_owned(), "a kind of transaction"),
    of("$randomCurrencyCode", |d| d.pick(EN::CURRENCY_CODE).to_owned(), "a currency code (ISO 4217)"),
    of("$randomCurrencyName", |d| d.pick(EN::CURRENCY_NAME).to_owned(), "a currency"),
    of("$randomCurrencySymbol", |d| d.pick(EN::CURRENCY_SYMBOL).to_owned(), "a symbol of a currency"),
    of("$randomBitcoin", compose::bitcoin, "a bitcoin address"),
    of("$randomBankAccountIban", compose::iban, "a bank account (ISO 13616)"),
    of("$randomBankAccountBic", compose::bic, "a bank (ISO 9362)"),
    of("$randomAbbreviation", |d| d.pick(words::HACKER_ABBREVIATIONS).to_owned(), "an abbreviation"),
    of("$randomAdjective", |d| d.pick(words::HACKER_ADJECTIVES).to_owned(), "a technical adjective"),
    of("$randomNoun", |d| d.pick(words::HACKER_NOUNS).to_owned(), "a technical noun"),
    of("$randomVerb", |d| d.pick(words::HACKER_VERBS).to_owned(), "a technical verb"),
    of("$randomIngverb", |d| d.pick(words::HACKER_INGVERBS).to_owned(), "a technical verb in -ing"),
    of("$randomPhrase", compose::phrase, "a technical phrase"),
    of("$randomAvatarImage", compose::avatar, "the URL of an avatar"),
    of("$randomImageUrl", |_| image(""), "the URL of an image"),
    of("$randomAbstractImage", |_| image("/abstract"), "the URL of an abstract image"),
    of("$randomAnimalsImage", |_| image("/animals"), "the URL of an image of animals"),
    of("$randomBusinessImage", |_| image("/business"), "the URL of an image of business"),
    of("$randomCatsImage", |_| image("/cats"), "the URL of an image of cats"),
    of("$randomCityImage", |_| image("/city"), "the URL of an image of a city"),
    of("$randomFoodImage", |_| image("/food"), "the URL of an image of food"),
    of("$randomNightlifeImage", |_| image("/nightlife"), "the URL of an image of nightlife"),
    of("$randomFashionImage", |_| image("/fashion"), "the URL of an image of fashion"),
    of("$randomPeopleImage", |_| image("/people"), "the URL of an image of people"),
    of("$randomNatureImage", |_| image("/nature"), "the URL of an image of nature"),
    of("$randomSportsImage", |_| image("/sports"), "the URL of an image of sports"),
    of("$randomTransportImage", |_| image("/transport"), "the URL of an image of transport"),
    of("$randomImageDataUri", |_| compose::IMAGE_DATA_URI.to_owned(), "an image as a data URI"),
    of("$randomEmail", |d| compose::email(d, EN::INTERNET_FREE_EMAIL_PROVIDER), "a mail address"),
    of("$randomExampleEmail", |d| compose::email(d, &["example.com", "example.net", "example.org"]), "a mail address of an example domain"),
    of("$randomUserName", compose::user_name, "a user name"),
    of("$randomProtocol", |d| d.pick(&["http", "https"]).to_owned(), "http or https"),
    of("$randomUrl", |d| format!("{}://{}", d.pick(&["http", "https"]), compose::domain(d)), "a URL"),
    of("$randomDomainName", compose::domain, "a domain"),
    of("$randomDomainSuffix", |d| d.pick(words::TOP_LEVELS).to_owned(), "a top-level domain"),
    of("$randomDomainWord", compose::domain_word, "a part of a domain"),
    of("$randomIP", compose::ip_v4, "an IPv4 address"),
    of("$randomIPV6", |d| d.pattern("%%%%:%%%%:%%%%:%%%%:%%%%:%%%%:%%%%:%%%%"), "an IPv6 address"),
    of("$randomUserAgent", |d| d.pick(EN::INTERNET_USER_AGENT).to_owned(), "what a browser calls itself"),
    of("$randomHexColor", |d| format!("#{}", d.pattern("%%%%%%")), "a colour in hexadecimal"),
    of("$randomMACAddress", |d| d.pattern("%%:%%:%%:%%:%%:%%"), "a MAC address"),
    of("$randomPassword", |d| d.letters(ALPHANUMERIC, 15), "a password of 15 characters"),
    of("$randomLoremWord", |d| compose::lorem_words(d, 1, " "), "a word of lorem ipsum"),
    of("$randomLoremWords", |d| compose::lorem_words(d, 3, " "), "three words of lorem ipsum"),
    of("$randomLoremSentence", compose::sentence, "a sentence of lorem ipsum"),
    of("$randomLoremSlug", |d| compose::lorem_words(d, 3, "-"), "three words of lorem ipsum for a URL"),
    of("$randomLoremSentences", |d| compose::sentences(d, 2, 6, " "), "two to six sentences of lorem ipsum"),
    of("$randomLoremParagraph", |d| compose::sentences(d, 3, 6, " "), "a paragraph of lorem ipsum"),
    of("$randomLoremParagraphs", compose::paragraphs, "three paragraphs of lorem ipsum"),
    of("$randomLoremText", compose::lorem_text, "some lorem ipsum"),
    of("$randomLoremLines", |d| compose::sentences(d, 1, 5, "\n"), "one to five lines of lorem ipsum"),
    of("$randomFirstName", compose::first_name, "a first name"),
    of("$randomLastName", compose::last_name, "a last name"),
    of("$randomFullName", compose::full_name, "a first and a last name"),
    of("$randomJobTitle", |d| compose::joined(d, &[words::JOB_DESCRIPTORS, words::JOB_AREAS, EN::JOB_POSITION]), "a job"),
    of("$randomNamePrefix", |d| d.pick(EN::NAME_TITLE).to_owned(), "a form of address"),
    of("$randomNameSuffix", |d| d.pick(EN::NAME_SUFFIX).to_owned(), "what stands behind a name"),
    of("$randomJobDescriptor", |d| d.pick(words::JOB_DESCRIPTORS).to_owned(), "the rank of a job"),
    of("$randomJobArea", |d| d.pick(words::JOB_AREAS).to_owned(), "the field of a job"),
    of("$randomJobType", |d| d.pick(EN::JOB_POSITION).to_owned(), "the kind of a job"),
    of("$randomUUID", compose::uuid, "a version 4 UUID"),
    of("$randomBoolean", |d| (d.below(2) == 1).to_string(), "true or false, a boolean"),
    of("$randomWord", compose::word, "a word"),
    of("$randomAlphaNumeric", |d| d.letters("0123456789abcdefghijklmnopqrstuvwxyz", 1), "a letter or a digit"),
    of("$randomFileName", |d| compose::file_name(d, words::EXTENSIONS), "the name of a file"),
    of("$randomCommonFileName", |d| compose::file_name(d, words::COMMON_EXTENSIONS), "the name of a file of a common kind"),
    of("$randomMimeType", |d| d.pick(words::MIME_TYPES).to_owned(), "a media type"),
    of("$randomCommonFileType", |d| d.pick(words::COMMON_FILE_TYPES).to_owned(), "a common kind of file"),
    of("$randomCommonFileExt", |d| d.pick(words::COMMON_EXTENSIONS).to_owned(), "a common file extension"),
    of("$randomFileType", |d| d.pick(words::FILE_TYPES).to_owned(), "a kind of file"),
    of("$randomFileExt", |d| d.pick(words::EXTENSIONS).to_owned(), "a file extension"),
    of("$randomSemver", compose::semver, "a version number"),
];
