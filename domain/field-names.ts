import type { MemberFieldId } from './member.js';

/**
 * What vendors and HR departments call a member field, in English, German, French, Spanish and Dutch; best first, in
 * small letters without accents and signs. E-mail addresses are told by a part of their name (smart-mapping.ts).
 */
type Named = Exclude<MemberFieldId, 'email' | 'personalEmail'>;
const NAMES: Readonly<Record<Named, string>> = {
  username:
    'username, user name, login, login name, user id, benutzername, anmeldename, identifiant, nom utilisateur, ' +
    'usuario, nombre usuario, gebruikersnaam',
  fullName:
    'full name, display name, display full name, employee name, complete name, vollstandiger name, ' +
    'mitarbeitername, name vorname, vorname nachname, nom complet, nom et prenom, nom prenom, prenom nom, ' +
    'nombre completo, nombre y apellidos, volledige naam, naam, name',
  firstName:
    'first name, given name, forename, legal first name, vorname, prenom, nombre, nombre pila, primer nombre, ' +
    'voornaam',
  lastName:
    'last name, surname, family name, legal last name, nachname, familienname, zuname, nom famille, nom, ' +
    'apellidos, apellido, primer apellido, achternaam, familienaam',
  preferredName:
    'preferred name, preferred first name, known as, nickname, rufname, spitzname, prenom usuel, prenom usage, ' +
    'nombre preferido, roepnaam',
  jobTitle:
    'job title, job position title, position title, position, role title, role, job, stellenbezeichnung, ' +
    'berufsbezeichnung, jobtitel, funktion, stelle, intitule poste, poste, fonction, emploi, puesto trabajo, ' +
    'puesto, cargo, functietitel, functienaam, functieomschrijving, functie, title',
  department:
    'department, department name, hr department, dept, division, business unit, job business unit, abteilung, ' +
    'bereich, fachbereich, departement, service, direction, departamento, area, seccion, afdeling, dienst',
  team: 'team, team name, squad, group, gruppe, equipe, equipo, grupo, groep',
  managerId:
    'manager id, manager employee id, reports to employee id, reports to id, supervisor id, supervisor person ' +
    'id, line manager id, vorgesetzten id, id manager, id responsable, manager, line manager, supervisor, ' +
    'reports to, vorgesetzter, vorgesetzte, fuhrungskraft, responsable, superieur, superior, jefe, jefe ' +
    'directo, leidinggevende',
  location:
    'location, work location, work location name, location name, work address name, office, office name, ' +
    'office location, site, branch, workplace, standort, arbeitsort, niederlassung, buro, lieu travail, ' +
    'bureau, etablissement, centro trabajo, sede, oficina, ubicacion, locatie, vestiging, kantoor, werklocatie',
  addressLine1:
    'address line 1, address 1, street 1, line 1, street first, street address, street, address street, ' +
    'strasse, strasse hausnummer, anschrift, rue, adresse, adresse 1, calle, direccion, straat, adres, address',
  addressLine2:
    'address line 2, address 2, street 2, line 2, street second, adresszusatz, complement adresse, adresse 2, ' +
    'direccion 2',
  addressLine3: 'address line 3, address 3, street 3, line 3',
  city:
    'city, town, address city, stadt, ort, wohnort, ville, commune, ciudad, localidad, poblacion, municipio, ' +
    'plaats, woonplaats, stad',
  region: 'region, state, province, county, bundesland, kanton, provincia, comunidad autonoma, provincie, gewest',
  postalCode: 'postal code, post code, postcode, zip code, zip, plz, postleitzahl, code postal, codigo postal, cp',
  country: 'country, country name, country code, land, pays, pais',
  startDate:
    'start date, employment start date, company start date, hire date, date joining, joining date, employed ' +
    'from, joined, joined on, hired, eintrittsdatum, eintritt, einstellungsdatum, beginn, date entree, date ' +
    'embauche, date debut, fecha alta, fecha inicio, fecha contratacion, fecha ingreso, datum in dienst, in ' +
    'dienst, indiensttreding, startdatum',
  endDate:
    'end date, last working day, employment end date, company end date, last day, leaving date, leave date, ' +
    'termination date, austrittsdatum, austritt, letzter arbeitstag, ende, date sortie, date depart, date fin, ' +
    'dernier jour travaille, dernier jour, fecha baja, fecha fin, fecha salida, ultimo dia, datum uit dienst, ' +
    'uit dienst, laatste werkdag, einddatum',
  birthday:
    'birthday, date birth, birth date, dob, geburtsdatum, geburtstag, date naissance, anniversaire, fecha ' +
    'nacimiento, cumpleanos, geboortedatum, verjaardag',
  phone:
    'phone, work phone, phone number, telephone, mobile phone, mobile phone number, mobile, telefon, ' +
    'telefonnummer, mobilnummer, handy, mobiltelefon, telephone portable, portable, telefono, movil, ' +
    'telefoonnummer, telefoon, mobiel',
  employmentType:
    'employment type, contract type, work type, vertragsart, anstellungsart, type contrat, nature contrat, ' +
    'tipo contrato, contracttype, soort contract, employment status',
};

export const FIELD_NAMES: ReadonlyMap<MemberFieldId, readonly string[]> = new Map(
  (Object.keys(NAMES) as Named[]).map((member) => [member, NAMES[member].split(', ')]),
);

/** Words that make no difference between two names. */
export const FILLERS: ReadonlySet<string> = new Set(
  'of the de del la le les du des d l van der die das el los las'.split(' '),
);
