/**
 * The last wall against sensitive data. Providers keep allow lists of their own; this list names what may never be
 * read whatever a provider allows (product.md, Privacy), so a custom field cannot smuggle it in under its own label.
 */
const SENSITIVE = [
  /\b(ssn|social ?security|social insurance|national ?(id\w*|insurance)|tax ?(id\w*|number|code|file)|nino)\b/,
  /\b(passport\w*|driv(ing|er|ers|er s|er's) ?licen[cs]e)\b/,
  /\b(gender|sex|sexual\w*|ethnic\w*|race|racial|marital\w*|religio\w*|nationality|citizenship)\b/,
  /\b(bank ?(account|details|name|number)?|iban|bic|swift code|sort ?code|account (number|no)|routing)\b/,
  /\b(salary\w*|salaries|wage\w*|pay|payroll|pay ?(grade|band|rate)|hourly rate|earnings)\b/,
  /\b(compensation\w*|bonus\w*|remuneration)\b/,
  /\b(medical\w*|health\w*|disabilit\w*|disabled|sick\w*|maternity|pregnan\w*|allerg\w*|blood (group|type))\b/,
  /\b(emergency|next of kin|(home|private) ?phone|year of birth|birth ?year)\b/,
  ...inOtherLanguages(),
];

/** The same in German, French, Spanish and Dutch, without accents: a file names its columns in its own language. */
function inOtherLanguages(): RegExp[] {
  return [
    /\b(geschlecht|\w*gehalt\w*|lohn\w*|\w*lohn|vergutung\w*|steuer\w*|sozialversicherung\w*|sv nummer)\b/,
    /\b(bankverbindung|konto ?(nummer|inhaber)|familienstand|konfession|kirchensteuer\w*|staatsangehorigkeit|nationalitat)\b/,
    /\b(krank\w*|schwerbehind\w*|behinder\w*|schwanger\w*|notfall\w*|privat(e )?(telefon|handy)\w*|geburtsjahr|ausweis\w*)\b/,
    /\b(sexe|genre|salaire\w*|remunerations?|secu(rite)? sociale|nir|situation (familiale|matrimoniale)|etat civil|nationalite)\b/,
    /\b(rib|compte bancaire|handicap\w*|maladie\w*|sante|urgence\w*|passeport|annee de naissance|telephone (personnel|prive|domicile))\b/,
    /\b(sexo|genero|salario\w*|sueldo\w*|nomina|seguridad social|estado civil|nacionalidad|dni|nie|nif|cuenta bancaria)\b/,
    /\b(discapacidad\w*|salud|enfermedad\w*|emergencia\w*|pasaporte|ano de nacimiento|telefono (personal|particular|de casa))\b/,
    /\b(geslacht|salaris\w*|\w*loon|bsn|burgerservicenummer|burgerlijke staat|nationaliteit|\w*rekening(nummer)?|godsdienst|geloof)\b/,
    /\b(ziek\w*|gezondheid\w*|zwanger\w*|noodcontact\w*|noodgeval\w*|paspoort\w*|geboortejaar|prive ?telefoon\w*)\b/,
  ];
}

/** True for a field name or label that stands for sensitive data. */
export function isSensitive(name: string): boolean {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .replace(/[_\-.\s]+/g, ' ')
    .toLowerCase();
  return SENSITIVE.some((pattern) => pattern.test(words));
}

/** A path is judged by each of its names and by all of them together: `home.phone` is a home phone. */
export function isSensitivePath(steps: readonly (string | number)[]): boolean {
  const names = steps.filter((step) => typeof step === 'string');
  return names.some(isSensitive) || isSensitive(names.join(' '));
}
