/** What the technical part of the panel says, in Dutch. */
export const PROPERTIES = {
  // What is chosen
  'Select an element to edit its properties.': 'Kies een element om zijn eigenschappen te zien.',
  'Multiple elements are selected. Select a single element to edit its properties.': 'Er zijn meer elementen gekozen. Kies er één om zijn eigenschappen te zien.',
  'User Task': 'Taak', 'Manual Task': 'Handeling', 'Service Task': 'Automatische stap', 'Send Task': 'Automatische stap die verstuurt',
  'Receive Task': 'Wachten op bericht', 'Script Task': 'Berekening', 'Business Rule Task': 'Beslistabel', 'Call Activity': 'Deelproces',
  'Exclusive Gateway': 'Keuze', 'Inclusive Gateway': 'Een of meer wegen', 'Parallel Gateway': 'Tegelijk', 'Event Based Gateway': 'Wat het eerst gebeurt', 'Complex Gateway': 'Samengestelde keuze',
  'Text Annotation': 'Notitie', 'Association': 'Lijn', 'Group': 'Groep', 'Data Object Reference': 'Gegevens', 'Data Store Reference': 'Gegevensverzameling',
  'Sub Process': 'Fase', 'Expanded Sub Process': 'Fase', 'Collapsed Sub Process': 'Fase', 'Event Sub Process': 'Fase bij een gebeurtenis',
  'Ad Hoc Sub Process': 'Losse stappen', 'Expanded Ad Hoc Sub Process': 'Losse stappen', 'Collapsed Ad Hoc Sub Process': 'Losse stappen',
  'Collaboration': 'Processen samen', 'Process': 'Proces', 'Participant': 'Proces', 'Expanded Pool': 'Proces', 'Collapsed Pool': 'Lege rand', 'Lane': 'Baan', 'Sequence Flow': 'Pijl', 'Message Flow': 'Berichtpijl',
  'Start Event': 'Begin', 'End Event': 'Einde', 'Intermediate Throw Event': 'Mijlpaal', 'Intermediate Catch Event': 'Wachten', 'Boundary Event': 'Gebeurtenis aan de rand', 'Boundary Event (Non Interrupting)': 'Gebeurtenis aan de rand',
  ...events(),

  // Groups
  'General': 'Algemeen', 'Documentation': 'Uitleg', 'Compensation': 'Ongedaan maken', 'Error': 'Fout', 'Link': 'Sprong', 'Message': 'Bericht',
  'Multi-instance': 'Herhalen', 'Completion': 'Klaar', 'Signal': 'Signaal', 'Escalation': 'Escalatie', 'Timer': 'Tijd', 'Implementation': 'Uitvoering',
  'Called decision': 'Beslistabel', 'Script': 'Formule', 'Output collection': 'Lijst met uitkomsten', 'Task definition': 'Werk', 'Job priority': 'Voorrang van het werk',
  'Assignment': 'Toewijzing', 'Active elements': 'Actieve elementen', 'Form': 'Formulier', 'Condition': 'Voorwaarde', 'Called element': 'Deelproces',
  'Business ID': 'Zakelijk kenmerk', 'Input propagation': 'Gegevens mee', 'Input mapping': 'Gegevens in', 'Output propagation': 'Gegevens terug', 'Output mapping': 'Gegevens uit',
  'Headers': 'Instellingen van het werk', 'Task listeners': 'Luisteraars bij de taak', 'Execution listeners': 'Luisteraars bij de uitvoering', 'Extension properties': 'Eigenschappen',

  // Fields
  'ID': 'Id', 'Name': 'Naam', 'Type': 'Soort', 'Key': 'Sleutel', 'Value': 'Waarde', 'Retries': 'Nieuwe pogingen', 'Priority': 'Voorrang', 'Code': 'Code', 'Format': 'Vorm',
  'Element documentation': 'Uitleg van het element', 'Process documentation': 'Uitleg van het proces', 'Process name': 'Naam van het proces', 'Process ID': 'Id van het proces',
  'Participant Name': 'Naam', 'Participant ID': 'Id', 'Version tag': 'Naam van de versie', 'Executable': 'Wordt uitgevoerd',
  'Assignee': 'Behandelaar', 'Candidate groups': 'Groepen', 'Candidate users': 'Personen', 'Due date': 'Termijn', 'Follow up date': 'Opvolgdatum',
  'Specify more than one group as a comma separated list.': 'Meer groepen met een komma ertussen.', 'Specify more than one user as a comma separated list.': 'Meer personen met een komma ertussen.',
  'Local variable name': 'Naam binnen de stap', 'Variable assignment value': 'Waarde', 'Process variable name': 'Naam in de casus', 'Result variable': 'Bewaar als',
  'Job type': 'Soort werk', 'FEEL expression': 'Formule (FEEL)', 'Condition expression': 'Voorwaarde', 'Decision ID': 'Id van de beslissing', 'DMN decision': 'Beslistabel',
  'Global message reference': 'Bericht', 'Global signal reference': 'Signaal', 'Global error reference': 'Fout', 'Global escalation reference': 'Escalatie', 'Subscription correlation key': 'Sleutel: bij welke casus het hoort',
  'Activity reference': 'Stap', 'Wait for completion': 'Wachten tot het klaar is', 'Create new ...': 'Nieuw maken…', '<none>': '<geen>', '<empty>': '<leeg>',
  'Input collection': 'Lijst', 'Input element': 'Naam van een onderdeel', 'Output element': 'Wat bewaard wordt', 'Completion condition': 'Klaar als', 'Loop cardinality': 'Aantal keren', 'Cancel remaining instances': 'De andere stoppen dan',
  'Inherit from parent': 'Overnemen', 'Propagate all parent process variables': 'Alles wat hier bekend is gaat mee', 'Propagate all child process variables': 'Alles wat daar is ingevuld komt terug',
  'If turned on, all variables from the parent process instance will be propagated to the child process instance.': 'Aan: alles wat in dit proces bekend is, is ook daar bekend.',
  'Otherwise, only variables defined via input mappings will be propagated.': 'Uit: alleen wat bij "Gegevens in" staat gaat mee.',
  'If turned on, all variables from the child process instance will be propagated to the parent process instance.': 'Aan: alles wat daar wordt ingevuld, is daarna ook hier bekend.',
  'Otherwise, only variables defined via output mappings will be propagated.': 'Uit: alleen wat bij "Gegevens uit" staat komt terug.',
  'On': 'Aan', 'Off': 'Uit', 'Binding': 'Welke versie', 'latest': 'nieuwste', 'deployment': 'zelfde versie', 'version tag': 'met deze naam', 'Cancel': 'Annuleren',
  'Camunda user task': 'Taak', 'Job worker': 'Werk', 'External form reference': 'Ander formulier', 'Camunda Form': 'Formulier', 'Camunda Form (linked)': 'Formulier', 'Camunda Form (embedded)': 'Formulier in het diagram',
  'Custom form key': 'Eigen sleutel', 'Form JSON configuration': 'Formulier als JSON', 'Form ID': 'Id van het formulier',
  'Event type': 'Wanneer', 'Listener type': 'Soort luisteraar', 'Start': 'Begin', 'End': 'Einde', 'Start: {type}': 'Begin: {type}', 'End: {type}': 'Einde: {type}', '{eventType}: {type}': '{eventType}: {type}',
  'Creating': 'Maken', 'Assigning': 'Toewijzen', 'Updating': 'Bijwerken', 'Completing': 'Afronden', 'Canceling': 'Afbreken',

  // Times
  'Date': 'Tijdstip', 'Cycle': 'Herhaling', 'Duration': 'Tijdsduur', 'Timer documentation': 'Uitleg bij tijden', 'How to configure a timer': 'Hoe een tijd wordt ingevuld', 'Documentation: Timer events': 'Uitleg bij tijden',
  'A specific point in time defined as ISO 8601 combined date and time representation.': 'Een tijdstip, geschreven volgens ISO 8601.',
  'UTC time': 'wereldtijd', 'UTC plus 2 hours zone offset': 'twee uur later dan wereldtijd',
  'A cycle defined as ISO 8601 repeating intervals format.': 'Een herhaling, geschreven volgens ISO 8601.',
  'A cycle defined as ISO 8601 repeating intervals format, or a cron expression.': 'Een herhaling, geschreven volgens ISO 8601.',
  'every 10 seconds, up to 5 times': 'elke 10 seconden, hooguit 5 keer', 'every day, infinitely': 'elke dag, zonder einde', 'every hour on the hour from 9-5 p.m. UTC Monday-Friday': 'elk heel uur van 9 tot 17, maandag tot en met vrijdag',
  'A time duration defined as ISO 8601 durations format.': 'Een tijdsduur, geschreven volgens ISO 8601.', '15 seconds': '15 seconden', '1 hour and 30 minutes': 'anderhalf uur', '14 days': '14 dagen',

  // Working with the panel
  'Toggle section': 'Deel openen of sluiten', 'Section contains an error': 'In dit deel is iets fout', 'Section contains edits': 'In dit deel is iets ingevuld',
  'Toggle list item': 'Onderdeel openen of sluiten', 'Delete item': 'Onderdeel verwijderen', 'Create new list item': 'Onderdeel toevoegen', 'Create': 'Toevoegen',
  'Open pop-up editor': 'In een groot venster openen', 'Opened in editor': 'Staat open in een groot venster',
  'FEEL expression is mandatory': 'Hier hoort een formule', 'Unparsable FEEL expression.': 'Deze formule klopt niet.',
  'ID must not be empty.': 'De id mag niet leeg zijn.', 'ID must be unique.': 'Deze id bestaat al.', 'ID must not contain spaces.': 'In een id kan geen spatie.',
  'ID must not contain prefix.': 'In een id kan geen dubbele punt.', 'ID must be a valid QName.': 'Een id heeft alleen letters, cijfers, - en _.',
};

/** "Timer Intermediate Catch Event" and the like: every kind of event with every kind of trigger. */
function events() {
  const triggers = {
    Timer: 'tijd', Message: 'bericht', Signal: 'signaal', Error: 'fout', Escalation: 'escalatie', Compensate: 'ongedaan maken',
    Link: 'sprong', Terminate: 'alles stopt', Cancel: 'afbreken', Conditional: 'voorwaarde',
  };
  const kinds = {
    'Start Event': 'Begin', 'Start Event (Non Interrupting)': 'Begin', 'End Event': 'Einde', 'Intermediate Catch Event': 'Wachten', 'Intermediate Throw Event': 'Geven',
    'Boundary Event': 'Aan de rand, de stap stopt', 'Boundary Event (Non Interrupting)': 'Aan de rand, de stap loopt door',
  };
  return Object.fromEntries(
    Object.entries(triggers).flatMap(([trigger, name]) =>
      Object.entries(kinds).map(([kind, text]) => [`${trigger} ${kind}`, `${text}: ${name}`]),
    ),
  );
}
