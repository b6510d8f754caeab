import { surfaceForms } from "./analyze.ts";
import { stemWord } from "./stem.ts";

/**
 * Words that visitors and owners use for the same thing, a group on each line, by ISO 639-1. A word may stand in several groups. The English ones are
 * measures alone, by which a table names what is asked for in a word: all else the embedding model understands.
 */
const groups: Readonly<Record<string, string>> = {
  en: `
    heavy weight weigh
    tall high height
    wide broad width breadth
    long length
    deep depth
    thick thickness
    fast quick speed
    large size dimensions measurements
    small size dimensions measurements
    warm temperature
    cold temperature
    loud noisy noise
    bright brightness
    expensive price cost
    cheap price cost
    distant distance`,
  de: `
    kündigen Kündigung austreten Austritt beenden abmelden Abmeldung
    stornieren Stornierung Storno absagen abbestellen annullieren Rücktritt
    anmelden Anmeldung registrieren Registrierung einschreiben Einschreibung Aufnahme beitreten Beitritt
    Preis Preise Kosten Gebühr Gebühren Tarif Tarife Entgelt Beitrag Beiträge Honorar
    günstig billig preiswert preisgünstig ermäßigt vergünstigt
    Rabatt Ermäßigung Nachlass Vergünstigung Preisnachlass Gutschein
    gratis kostenlos kostenfrei umsonst unentgeltlich gebührenfrei
    bezahlen zahlen Zahlung Bezahlung begleichen überweisen Überweisung
    abbuchen Abbuchung einziehen Einzug Lastschrift Bankeinzug
    Rechnung Beleg Quittung Kassenbon Abrechnung
    Geld zurückerstatten erstatten Erstattung Rückerstattung Rückzahlung rückvergüten
    zurückgeben Rückgabe zurückschicken Rücksendung Retoure zurücksenden retournieren Widerruf
    umtauschen Umtausch austauschen Austausch ersetzen Ersatz
    Lieferung liefern Versand versenden verschicken schicken Zustellung zustellen
    Paket Sendung Päckchen Lieferung
    abholen Abholung Selbstabholung mitnehmen
    bestellen Bestellung Auftrag ordern
    kaufen Kauf erwerben Erwerb
    mieten Miete ausleihen leihen Verleih Ausleihe Leihgabe anmieten
    reparieren Reparatur instandsetzen Instandsetzung beheben
    Wartung warten Inspektion Service Durchsicht
    defekt kaputt beschädigt fehlerhaft schadhaft
    Garantie Gewährleistung
    Beschwerde Reklamation reklamieren beschweren beanstanden Beanstandung
    Termin Verabredung Sprechstunde
    vereinbaren ausmachen abmachen
    reservieren Reservierung buchen Buchung vorbestellen
    verschieben verlegen umbuchen Umbuchung
    ändern Änderung anpassen wechseln umstellen
    verlängern Verlängerung
    pausieren aussetzen ruhen unterbrechen Ruhezeit
    geöffnet offen
    geschlossen zu Ruhetag
    Ferien Urlaub Betriebsferien
    Eintritt Eintrittspreis Einlass
    Karte Ticket Eintrittskarte Fahrkarte Billett
    Kinder Kind Minderjährige Nachwuchs Kids
    Jugendliche Teenager Heranwachsende
    Rentner Senioren Pensionäre Rentnerin
    Student Studentin Studierende Studenten
    Schüler Schülerin Schulkinder
    Azubi Auszubildende Lehrling Lehrlinge
    Mitarbeiter Angestellte Beschäftigte Personal Arbeitnehmer
    Chef Leiter Leitung Geschäftsführer Inhaber Vorstand
    Arzt Ärztin Doktor Mediziner
    krank Krankheit erkrankt Erkrankung arbeitsunfähig
    Arznei Medikament Medikamente Arzneimittel Medizin
    Rezept Verordnung Verschreibung
    Auto Wagen Pkw Fahrzeug Kfz
    Fahrrad Rad Velo Bike
    parken Parkplatz Parkplätze Stellplatz Tiefgarage Parkhaus
    Bus Bahn Nahverkehr Öffis Verkehrsmittel
    Hund Hunde Haustier Haustiere Tiere Vierbeiner
    Essen Speisen Mahlzeit Mahlzeiten Verpflegung Gerichte
    trinken Getränke Getränk
    frühstücken Frühstück
    vegetarisch fleischlos
    allergisch Allergie Allergien Unverträglichkeit Allergene
    WLAN WiFi Internet Internetzugang
    rollstuhlgerecht barrierefrei Rollstuhl stufenlos behindertengerecht
    Toilette Toiletten WC Klo
    umziehen umkleiden Umkleide Umkleidekabine
    umziehen Umzug Adressänderung Anschriftenwechsel
    Adresse Anschrift
    Kleidung Klamotten Bekleidung Outfit
    Müll Abfall Abfälle
    entsorgen Entsorgung wegwerfen
    reinigen Reinigung säubern putzen waschen
    Wohnung Apartment Unterkunft
    Zimmer Raum Räume Räumlichkeiten
    Feier Fest Party Veranstaltung Event
    heiraten Hochzeit Trauung Eheschließung
    Kurs Kurse Lehrgang Unterricht Workshop Seminar Schulung
    Training trainieren Übungsstunde
    Probestunde Probetraining Schnupperstunde Schnuppertraining Probe
    Anfänger Einsteiger Neulinge
    Zeugnis Bescheinigung Zertifikat Nachweis Urkunde Bestätigung
    Unterlagen Dokumente Papiere
    Formular Vordruck Antrag
    Ausweis Personalausweis Reisepass Pass
    Führerschein Fahrerlaubnis
    verloren verlieren Verlust vermisst
    gefunden Fundsachen Fundbüro
    gestohlen Diebstahl geklaut
    Passwort Kennwort
    einloggen anmelden Login
    Konto Account Benutzerkonto Kundenkonto
    löschen entfernen Löschung
    herunterladen downloaden Download
    installieren Installation einrichten Einrichtung
    Handy Smartphone Mobiltelefon
    anrufen telefonisch Telefon erreichen
    helfen Hilfe Unterstützung Support
    fragen Frage Auskunft
    dauern Dauer Zeitraum
    schnell rasch zügig sofort
    Frist Stichtag Einsendeschluss Anmeldeschluss
    volljährig Mindestalter Altersgrenze
    erlaubt gestattet zulässig erlauben
    verboten untersagt unzulässig
    rauchen Raucher Zigaretten
    Bewerbung bewerben Stellenangebot Job Stelle Arbeitsplatz
    Gehalt Lohn Verdienst Vergütung
    verdienen Vergütung Gehalt Lohn
    Überstunden Mehrarbeit
    Homeoffice Heimarbeit
    spenden Spende Spenden
    Datenschutz Privatsphäre
    sicher Sicherheit geschützt
    Gewicht schwer wiegen wiegt
    Größe groß Maße Abmessungen
    Höhe hoch
    Farbe Farben Farbton
    Stoff Material Gewebe
    herstellen Herstellung produzieren Produktion hergestellt fertigen Fertigung
    gegründet Gründung
    Haltbarkeit haltbar Mindesthaltbarkeit
    lagern aufbewahren Aufbewahrung Lagerung
    Strom Energie Elektrizität
    heizen Heizung
    Friseur Coiffeur Haarschnitt
    Versicherung versichert versichern
    Unfall Schaden Schadensfall`,
};

const none: readonly string[] = [];
const groupsByTerm = new Map<string, ReadonlyMap<string, readonly string[]>>();

/**
 * Other words, in lower case and folded, for one that a visitor typed, in a language; none where it is not known.
 * @param word folded, as `surfaceForms` gives it
 */
export function synonyms(word: string, language: string): readonly string[] {
  return lookUp(language).get(stemWord(word, language)) ?? none;
}

function lookUp(language: string): ReadonlyMap<string, readonly string[]> {
  let found = groupsByTerm.get(language);
  if (found === undefined) groupsByTerm.set(language, (found = byTerm(language, groups[language] ?? "")));
  return found;
}

function byTerm(language: string, listed: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of listed.split("\n")) {
    const forms = surfaceForms(line, language);
    for (const term of new Set(forms.map((form) => stemWord(form, language)))) {
      const others = forms.filter((form) => stemWord(form, language) !== term);
      found.set(term, [...new Set([...(found.get(term) ?? []), ...others])]);
    }
  }
  return found;
}
