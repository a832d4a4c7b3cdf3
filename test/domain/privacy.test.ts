import { describe, expect, test } from '@jest/globals';
import { discoverFields } from '../../domain/fields.js';
import { MEMBER_FIELDS } from '../../domain/member.js';
import { isSensitive, isSensitivePath } from '../../domain/privacy.js';

describe('what is never read', () => {
  test.each([
    'ssn',
    'SSN',
    'SSNNumber',
    'social_security_number',
    'socialSecurityNumber',
    'National ID',
    'nationalIdentifier',
    'national_insurance_number',
    'NINO',
    'tax_id',
    'taxFileNumber',
    'passport_number',
    'Driving licence',
    "driver's license",
    'gender',
    'legal_gender',
    'Sex',
    'sexual_orientation',
    'ethnicity',
    'Race',
    'maritalStatus',
    'marital_status',
    'religion',
    'Religious belief',
    'nationality',
    'citizenship',
    'bank_account',
    'bankAccount',
    'bankaccount',
    'Bank details',
    'IBAN',
    'iban1',
    'IBANCode',
    'sort_code',
    'account_number',
    'salary',
    'annualSalary',
    'base-salary',
    'wages',
    'pay',
    'payroll',
    'payroll_id',
    'pay_grade',
    'payRate',
    'hourly_rate',
    'compensation',
    'bonus',
    'medical_conditions',
    'health',
    'disability',
    'disabled',
    'sick_days',
    'allergies',
    'blood_type',
    'emergency_contact',
    'next_of_kin',
    'home_phone',
    'homePhone',
    'Home phone',
    'homephone',
    'private_phone',
    'year_of_birth',
    'birthYear',
    'birthyear',
    'socialsecurity',
    'nationalid',
    'taxcode',
    'taxId',
    'taxidentifier',
    'passports',
    'driverslicence',
    'sexuality',
    'maritals',
    'bank',
    'sortcode',
    'salaryband',
    'wage',
    'paygrade',
    'compensations',
    'bonuses',
    'medically',
    'healthcare',
    'disabilities',
    'sickness',
    'pregnancy',
    'allergic',
  ])('%s', (name) => {
    expect(isSensitive(name)).toBe(true);
  });

  test.each([
    'Geschlecht',
    'Gehalt',
    'Grundgehaltsstufe',
    'Lohngruppe',
    'Bruttolohn',
    'Vergütungsmodell',
    'Steuernummer',
    'Sozialversicherungsnummer',
    'SV-Nummer',
    'Bankverbindung',
    'Kontonummer',
    'Konto-Inhaber',
    'Familienstand',
    'Konfession',
    'Kirchensteuermerkmal',
    'Staatsangehörigkeit',
    'Nationalität',
    'Krankenkasse',
    'Schwerbehinderung',
    'Behinderungsgrad',
    'Schwangerschaft',
    'Notfallkontakt',
    'Privattelefon',
    'Private Handynummer',
    'Geburtsjahr',
    'Ausweisnummer',
  ])('in German: %s', (name) => {
    expect(isSensitive(name)).toBe(true);
  });

  test.each([
    'Sexe',
    'Genre',
    'Salaire',
    'Salaires',
    'Rémunération',
    'Rémunérations',
    'Sécu sociale',
    'N° de sécurité sociale',
    'NIR',
    'Situation familiale',
    'Situation matrimoniale',
    'État civil',
    'Nationalité',
    'RIB',
    'Compte bancaire',
    'Handicap',
    'Handicapé',
    'Maladie',
    'Maladies',
    'Santé',
    'Urgence',
    'Urgences',
    'Passeport',
    'Année de naissance',
    'Téléphone personnel',
    'Téléphone privé',
    'Téléphone domicile',
  ])('in French: %s', (name) => {
    expect(isSensitive(name)).toBe(true);
  });

  test.each([
    'Sexo',
    'Género',
    'Salario',
    'Salarios',
    'Sueldo',
    'Sueldos',
    'Nómina',
    'Nº de Seguridad Social',
    'Estado civil',
    'Nacionalidad',
    'DNI',
    'NIE',
    'NIF',
    'Cuenta bancaria',
    'Discapacidad',
    'Discapacidades',
    'Salud',
    'Enfermedad',
    'Enfermedades',
    'Contacto de emergencia',
    'Emergencias',
    'Pasaporte',
    'Año de nacimiento',
    'Teléfono personal',
    'Teléfono particular',
    'Teléfono de casa',
  ])('in Spanish: %s', (name) => {
    expect(isSensitive(name)).toBe(true);
  });

  test.each([
    'Geslacht',
    'Salarisschaal',
    'Loon',
    'Uurloon',
    'BSN',
    'Burgerservicenummer',
    'Burgerlijke staat',
    'Nationaliteit',
    'Rekening',
    'Bankrekeningnummer',
    'Godsdienst',
    'Geloof',
    'Ziekteverzuim',
    'Gezondheidsklachten',
    'Zwangerschap',
    'Noodcontactpersoon',
    'Noodgevallen',
    'Paspoortnummer',
    'Geboortejaar',
    'Privé telefoon',
    'Privételefoonnummer',
  ])('in Dutch: %s', (name) => {
    expect(isSensitive(name)).toBe(true);
  });

  test('however it is spaced', () => {
    expect(isSensitive('next  of__kin')).toBe(true);
  });

  test('two names of a path that together say it', () => {
    expect(isSensitivePath(['home', 'phone'])).toBe(true);
    expect(isSensitivePath(['bank', 'name'])).toBe(true);
    expect(isSensitivePath(['customFields', 'Bank account'])).toBe(true);
    expect(isSensitivePath(['contracts', 0, 'salary', 'amount'])).toBe(true);
    expect(isSensitivePath(['home', 'city'])).toBe(false);
    const fields = discoverFields([{ home: { phone: '1', city: 'Leeds' }, tax: { file: 1 } }]);
    expect(fields.map((field) => field.path)).toEqual(['response.home.city']);
  });
});

describe('what is harmless', () => {
  test.each([
    'id',
    'email',
    'display_name',
    'job',
    'job_title',
    'company',
    'paypal',
    'payment_terms_accepted',
    'embankment',
    'bankruptcy',
    'Essex office',
    'sussex',
    'unisex T-shirt',
    'trace_id',
    'terrace',
    'engender',
    'racetrack',
    'date_of_birth',
    'birthday',
    'phone',
    'work_phone',
    'mobile_phone',
    'home_city',
    'passionate_about',
    'basic',
    'pharmacy',
    'T-shirt size',
    'team',
    'tax',
    'taxi_allowed',
    'account',
    'account_manager',
    'discount_number',
    '',
  ])('%s', (name) => {
    expect(isSensitive(name)).toBe(false);
  });

  test('every field a member has', () => {
    for (const field of MEMBER_FIELDS) {
      expect([field.id, field.label, field.column].filter(isSensitive)).toEqual([]);
    }
  });
});
