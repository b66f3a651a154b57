// Generated from proto/ by scripts/generate.mjs: change the source, not this file.

/**
 * @maxItems 256
 * 
 * Items: An organisation of the directory.
 */
export type OrgIds = string[]
/**
 * Who the person or entity is.
 */
export type Identity = ({
[k: string]: unknown
} & {
/**
 * A short text on one line.
 */
familyName?: string
givenNames?: Words
aliases?: Words
/**
 * A short text on one line.
 */
entityName?: string
/**
 * A calendar day.
 */
dateOfBirth?: string
/**
 * A short text on one line.
 */
placeOfBirth?: string
/**
 * As documents state it.
 */
sex?: ("female" | "male" | "other" | "unknown")
/**
 * @maxItems 16
 * 
 * Items: ISO 3166-1 alpha-2.
 */
nationalities?: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")[]
/**
 * Free text.
 */
remarks?: string
})
/**
 * @maxItems 32
 * 
 * Items: A short text on one line.
 */
export type Words = string[]

export interface Documents {
notice?: Notice
draft?: Draft
}
/**
 * The whole document; its kind says which sections it has.
 */
export interface Notice {
header: Header
routing: Routing
sections: Sections
}
/**
 * Always visible and signed; what policy reads. Names nobody.
 */
export interface Header {
/**
 * UUID version 7, lower case.
 */
id: string
/**
 * Rises with every revision of this notice and counts nothing: the signing time in milliseconds, or the last number plus a random step.
 */
number: number
/**
 * An organisation of the directory.
 */
originator: string
/**
 * UTC, whole seconds.
 */
issuedAt: string
/**
 * UTC, whole seconds.
 */
reviewAt: string
/**
 * UTC, whole seconds.
 */
expiresAt: string
/**
 * What a notice asks for.
 */
kind: ("red" | "yellow" | "blue" | "black" | "green" | "orange" | "purple" | "un-special" | "silver")
/**
 * What recipients may use a notice for.
 */
purpose: ("arrest" | "prosecution-support" | "locate-person" | "identify-person" | "warn" | "prevent" | "asset-recovery" | "sanctions")
/**
 * The part the person has in the case.
 */
personStatus?: ("wanted" | "convicted" | "suspect" | "witness" | "missing" | "victim" | "deceased")
/**
 * True when the person is under eighteen.
 */
minor: boolean
/**
 * @maxItems 12
 * 
 * Items: The area of crime.
 */
crimeAreas: ("terrorism" | "foreign-terrorist-fighters" | "cybercrime" | "trafficking-persons" | "trafficking-drugs" | "trafficking-arms" | "financial-crime" | "child-abuse" | "organised-crime" | "environmental-crime" | "war-crimes" | "other")[]
/**
 * @maxItems 64
 * 
 * Items: ISO 3166-1 alpha-2.
 */
countries: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")[]
/**
 * How a notice is to be handled.
 */
handling: {
/**
 * @maxItems 4
 * 
 * Items: Europol handling code.
 */
codes: ("H0" | "H1" | "H2" | "H3")[]
evaluation: Evaluation
/**
 * Traffic Light Protocol 2.0: carried, never the only gate.
 */
tlp: ("clear" | "green" | "amber" | "amber+strict" | "red")
}
/**
 * basic < restricted < confidential.
 */
classification: ("basic" | "restricted" | "confidential")
/**
 * `listed`: the routing names the addressees.
 */
audience: ("all" | "listed")
/**
 * Why a named person uses break-glass, which opens what rules open for it alone.
 */
breakGlass?: ("threat-to-life" | "imminent-attack" | "missing-child" | "escape")
/**
 * Compact JWS of an approver of the originator over the claims of the notice without it; present exactly if the header has `breakGlass` or the routing has `neutralityReview`.
 */
approval?: string
}
/**
 * 4x4 evaluation.
 */
export interface Evaluation {
/**
 * Reliability of the source.
 */
source: ("A" | "B" | "C" | "X")
/**
 * Reliability of the information.
 */
information: ("1" | "2" | "3" | "4")
}
/**
 * For the router alone, never delivered.
 */
export interface Routing {
/**
 * With audience `listed`: who may receive.
 * 
 * @minItems 1
 * @maxItems 256
 * 
 * Items: An organisation of the directory.
 */
addressees?: string[]
excluded: OrgIds
consents: OrgIds
/**
 * Set when Article 3 may be touched: another person than the named one approves the notice before it leaves the gateway.
 */
neutralityReview?: {
/**
 * A short text on one line.
 */
reason: string
/**
 * The name of a person.
 */
submittedBy: string
}
}
/**
 * Every section there is; which of them a kind has is said by its own schema.
 */
export interface Sections {
identity?: Identity
description?: Description
biometrics?: Biometrics
documents?: Documents1
judicial?: Judicial
whereabouts?: Whereabouts
contacts?: Contacts
associates?: Associates
assets?: Assets
vehicles?: Vehicles
modusOperandi?: ModusOperandi
threat?: Threat
narrative?: Narrative
sources?: Sources
media?: Media
references?: References
handlingNote?: HandlingNote
}
/**
 * What the person or object looks like.
 */
export interface Description {
heightCm?: number
weightKg?: number
/**
 * A short text on one line.
 */
build?: string
/**
 * A short text on one line.
 */
hair?: string
/**
 * A short text on one line.
 */
eyes?: string
distinguishingMarks?: Words
clothing?: Words
objects?: Words
/**
 * Free text.
 */
remarks?: string
}
/**
 * Samples that identify a body.
 */
export interface Biometrics {
/**
 * @maxItems 10
 */
fingerprints?: {
/**
 * Encoding of the sample.
 */
format: ("ansi-nist" | "iso-19794")
/**
 * Base64.
 */
data: string
}[]
/**
 * @maxItems 8
 */
facialImages?: {
/**
 * Encoding of the image.
 */
format: ("jpeg" | "png")
/**
 * Base64.
 */
data: string
}[]
/**
 * @maxItems 8
 */
dnaProfiles?: {
/**
 * A short text on one line.
 */
kit: string
/**
 * A short text on one line.
 */
loci: string
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * Identity and travel documents.
 */
export interface Documents1 {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * Kind of document.
 */
type: ("passport" | "identity-card" | "driving-licence" | "residence-permit" | "other")
/**
 * A short text on one line.
 */
number: string
/**
 * ISO 3166-1 alpha-2.
 */
country?: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")
/**
 * A calendar day.
 */
issuedOn?: string
/**
 * What is known of it.
 */
status?: ("valid" | "expired" | "lost" | "stolen" | "revoked")
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * The judicial basis.
 */
export interface Judicial {
/**
 * What the request rests on.
 */
basis: ("prosecution" | "sentence")
/**
 * @minItems 1
 * @maxItems 16
 */
offences: {
/**
 * A short text on one line.
 */
description: string
/**
 * A short text on one line.
 */
article?: string
/**
 * Only ordinary law may found a red notice.
 */
category: ("ordinary-law" | "family" | "private" | "administrative")
serious: boolean
/**
 * 99 for life.
 */
maximumPenaltyYears: number
}[]
sentenceRemainingMonths?: number
warrant?: {
/**
 * A short text on one line.
 */
authority: string
/**
 * A short text on one line.
 */
reference: string
/**
 * A calendar day.
 */
issuedOn: string
/**
 * ISO 3166-1 alpha-2.
 */
country: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")
}
/**
 * Free text.
 */
remarks?: string
}
/**
 * Where the person or object was or may be.
 */
export interface Whereabouts {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * A short text on one line.
 */
place: string
/**
 * ISO 3166-1 alpha-2.
 */
country?: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")
/**
 * A calendar day.
 */
seenOn?: string
/**
 * How sure it is.
 */
confidence?: ("low" | "medium" | "high")
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * How the person is reached.
 */
export interface Contacts {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * Kind of contact.
 */
type: ("phone" | "email" | "address" | "account")
/**
 * A short text on one line.
 */
value: string
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * With whom.
 */
export interface Associates {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * A short text on one line.
 */
name: string
/**
 * A short text on one line.
 */
relation: string
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * Assets that may come from crime.
 */
export interface Assets {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * Kind of asset.
 */
type: ("bank-account" | "real-estate" | "vehicle" | "crypto-asset" | "company" | "other")
/**
 * A short text on one line.
 */
description: string
/**
 * A short text on one line.
 */
identifier?: string
/**
 * ISO 3166-1 alpha-2.
 */
country?: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")
valueEur?: number
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * Vehicles of the case.
 */
export interface Vehicles {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * Kind of vehicle.
 */
type: ("car" | "motorcycle" | "truck" | "boat" | "aircraft" | "other")
/**
 * A short text on one line.
 */
make?: string
/**
 * A short text on one line.
 */
model?: string
/**
 * A short text on one line.
 */
plate?: string
/**
 * ISO 3166-1 alpha-2.
 */
country?: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * How it is done.
 */
export interface ModusOperandi {
/**
 * Free text.
 */
summary: string
steps?: Words
objects?: Words
concealment?: Words
/**
 * Free text.
 */
remarks?: string
}
/**
 * What is to be feared.
 */
export interface Threat {
/**
 * How near it is.
 */
level: ("low" | "medium" | "high" | "imminent")
/**
 * Free text.
 */
description: string
precautions?: Words
/**
 * Free text.
 */
remarks?: string
}
/**
 * The facts of the case.
 */
export interface Narrative {
/**
 * Free text.
 */
text: string
/**
 * Free text.
 */
remarks?: string
}
/**
 * Where it comes from.
 */
export interface Sources {
/**
 * @minItems 1
 * @maxItems 32
 */
items: {
/**
 * A short text on one line.
 */
description: string
evaluation?: Evaluation
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * Pictures and sound.
 */
export interface Media {
/**
 * @minItems 1
 * @maxItems 8
 */
items: {
/**
 * Kind of medium.
 */
type: ("photograph" | "drawing" | "audio" | "video-still")
/**
 * A short text on one line.
 */
caption: string
/**
 * Base64.
 */
data?: string
}[]
/**
 * Free text.
 */
remarks?: string
}
/**
 * Related notices and files: content, as they leak what they point at.
 */
export interface References {
/**
 * @maxItems 32
 * 
 * Items: UUID version 7, lower case.
 */
notices?: string[]
external?: Words
/**
 * Free text.
 */
remarks?: string
}
/**
 * The text of handling code H3.
 */
export interface HandlingNote {
/**
 * Free text.
 */
text: string
/**
 * Free text.
 */
remarks?: string
}
/**
 * What a person submits; the gateway adds id, number, originator, audience and the instants.
 */
export interface Draft {
header: {
/**
 * What a notice asks for.
 */
kind: ("red" | "yellow" | "blue" | "black" | "green" | "orange" | "purple" | "un-special" | "silver")
/**
 * What recipients may use a notice for.
 */
purpose: ("arrest" | "prosecution-support" | "locate-person" | "identify-person" | "warn" | "prevent" | "asset-recovery" | "sanctions")
/**
 * The part the person has in the case.
 */
personStatus?: ("wanted" | "convicted" | "suspect" | "witness" | "missing" | "victim" | "deceased")
/**
 * True when the person is under eighteen.
 */
minor: boolean
/**
 * @maxItems 12
 * 
 * Items: The area of crime.
 */
crimeAreas: ("terrorism" | "foreign-terrorist-fighters" | "cybercrime" | "trafficking-persons" | "trafficking-drugs" | "trafficking-arms" | "financial-crime" | "child-abuse" | "organised-crime" | "environmental-crime" | "war-crimes" | "other")[]
/**
 * @maxItems 64
 * 
 * Items: ISO 3166-1 alpha-2.
 */
countries: ("AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW")[]
/**
 * How a notice is to be handled.
 */
handling: {
/**
 * @maxItems 4
 * 
 * Items: Europol handling code.
 */
codes: ("H0" | "H1" | "H2" | "H3")[]
evaluation: Evaluation
/**
 * Traffic Light Protocol 2.0: carried, never the only gate.
 */
tlp: ("clear" | "green" | "amber" | "amber+strict" | "red")
}
/**
 * basic < restricted < confidential.
 */
classification: ("basic" | "restricted" | "confidential")
/**
 * `all`, or the organisations that may receive.
 */
addressees: ("all" | string[])
excluded?: OrgIds
consents?: OrgIds
/**
 * Set when Article 3 may be touched: another person than the named one approves the notice before it leaves the gateway.
 */
neutralityReview?: {
/**
 * A short text on one line.
 */
reason: string
/**
 * The name of a person.
 */
submittedBy?: string
}
/**
 * Why a named person uses break-glass, which opens what rules open for it alone.
 */
breakGlass?: ("threat-to-life" | "imminent-attack" | "missing-child" | "escape")
/**
 * An ISO 8601 duration of one unit, such as P6M or PT12H, at most five years.
 */
reviewAfter: string
/**
 * An ISO 8601 duration of one unit, such as P6M or PT12H, at most five years.
 */
expiresAfter: string
}
sections: Sections
}
