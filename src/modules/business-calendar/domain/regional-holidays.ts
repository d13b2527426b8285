import type { CalendarConfig, HolidayConfig } from '../../../config/index.js';

type State = NonNullable<CalendarConfig['state']>;
type City = NonNullable<CalendarConfig['city']>;

/**
 * A holiday of a state or a capital (Lei 9.093/1995: a state has its data magna, a city its days of guard). `verified`: the
 * text of the law, or a public body's own page that names law and date, was read. What was not is off unless a calendar says
 * `unverifiedHolidays: true`. Transfers of single years are listed only where a law ordered them.
 */
export interface RegionalHoliday<Region extends string = State | City> {
  readonly of: Region;
  /** `--MM-DD`, `easter+N` or `YYYY-MM-DD`, as in configuration. */
  readonly date: string;
  readonly name: string;
  readonly law: string;
  readonly verified: boolean;
  /** First year of effect, where it lies after 2003. */
  readonly fromYear?: number;
  readonly untilYear?: number;
}

// One holiday a line, to be read as a table.
// prettier-ignore
export const STATE_HOLIDAYS: readonly RegionalHoliday<State>[] = [
  { of: 'AC', date: '--01-20', name: 'Dia do Católico', law: 'Lei 3.137/2016', verified: false, fromYear: 2017 },
  { of: 'AC', date: '--01-23', name: 'Dia do Evangélico', law: 'Lei 1.538/2004', verified: false, fromYear: 2004 },
  { of: 'AC', date: '--03-08', name: 'Dia da Mulher', law: 'Lei 1.411/2001', verified: false },
  { of: 'AC', date: '--06-15', name: 'Aniversário do Acre', law: 'Lei 14/1964', verified: false },
  { of: 'AC', date: '--09-05', name: 'Dia da Amazônia', law: 'Lei 243/1968', verified: false },
  { of: 'AC', date: '--11-17', name: 'Tratado de Petrópolis', law: 'Lei 57/1965', verified: false },
  { of: 'AL', date: '--06-24', name: 'São João', law: 'Lei 5.508/1993', verified: false },
  { of: 'AL', date: '--06-29', name: 'São Pedro', law: 'Lei 5.508/1993', verified: false },
  { of: 'AL', date: '--09-16', name: 'Emancipação Política de Alagoas', law: 'Lei 5.509/1993', verified: false },
  { of: 'AL', date: '--11-20', name: 'Consciência Negra', law: 'Lei 5.724/1995', verified: false, untilYear: 2023 },
  { of: 'AM', date: '--09-05', name: 'Elevação do Amazonas à categoria de província', law: 'Lei 25/1977', verified: false },
  { of: 'AM', date: '--11-20', name: 'Consciência Negra', law: 'Lei 84/2010', verified: false, fromYear: 2010, untilYear: 2023 },
  { of: 'AP', date: '--03-19', name: 'São José', law: 'Lei 667/2002', verified: false },
  { of: 'AP', date: '--09-13', name: 'Criação do Território Federal do Amapá', law: 'Decreto-Lei 5.812/1943', verified: false },
  { of: 'AP', date: '--11-20', name: 'Consciência Negra', law: 'Lei 1.169/2007', verified: false, fromYear: 2008, untilYear: 2023 },
  { of: 'BA', date: '--07-02', name: 'Independência da Bahia', law: 'Constituição da Bahia, art. 6º', verified: false },
  { of: 'CE', date: '--03-25', name: 'Data Magna do Ceará', law: 'Emenda Constitucional estadual 73/2011', verified: false, fromYear: 2012 },
  { of: 'DF', date: '--11-30', name: 'Dia do Evangélico', law: 'Lei 963/1995', verified: false },
  { of: 'ES', date: 'easter+8', name: 'Nossa Senhora da Penha', law: 'Lei 11.010/2019', verified: false, fromYear: 2020 },
  { of: 'GO', date: '--07-26', name: 'Fundação da Cidade de Goiás', law: 'Lei 21.394/2022', verified: false, fromYear: 2022 },
  { of: 'MA', date: '--07-28', name: 'Adesão do Maranhão à Independência', law: 'Lei 2.457/1964', verified: false },
  { of: 'MG', date: '--04-21', name: 'Data Magna de Minas Gerais', law: 'Constituição de Minas Gerais, art. 256', verified: false },
  { of: 'MS', date: '--10-11', name: 'Criação do Estado', law: 'Lei 10/1979', verified: false },
  { of: 'MT', date: '--11-20', name: 'Consciência Negra', law: 'Lei 7.879/2002', verified: false, untilYear: 2023 },
  { of: 'PA', date: '--08-15', name: 'Adesão do Grão-Pará à Independência', law: 'Lei 5.999/1996', verified: false },
  { of: 'PB', date: '--08-05', name: 'Fundação do Estado da Paraíba', law: 'Lei 3.489/1967', verified: false },
  { of: 'PE', date: '--03-06', name: 'Data Magna de Pernambuco', law: 'Lei 16.059/2017', verified: false, fromYear: 2018 },
  { of: 'PI', date: '--10-19', name: 'Dia do Piauí', law: 'Lei 176/1937', verified: false },
  { of: 'PR', date: '--12-19', name: 'Emancipação Política do Paraná', law: 'Lei 4.658/1962', verified: false, untilYear: 2014 },
  { of: 'RJ', date: 'easter-47', name: 'Terça-feira de Carnaval', law: 'Lei 5.243/2008', verified: false, fromYear: 2009 },
  { of: 'RJ', date: '--04-23', name: 'São Jorge', law: 'Lei 5.198/2008', verified: false, fromYear: 2008 },
  { of: 'RJ', date: '--11-20', name: 'Zumbi dos Palmares e Consciência Negra', law: 'Lei 4.007/2002', verified: true, untilYear: 2023 },
  { of: 'RN', date: '--10-03', name: 'Mártires de Cunhaú e Uruaçu', law: 'Lei 8.913/2006', verified: false, fromYear: 2007 },
  { of: 'RO', date: '--01-04', name: 'Criação do Estado', law: 'Lei 2.291/2010', verified: false, fromYear: 2011 },
  { of: 'RO', date: '--06-18', name: 'Dia do Evangélico', law: 'Lei 1.026/2001', verified: false },
  { of: 'RR', date: '--10-05', name: 'Criação de Roraima', law: 'Constituição de Roraima, art. 9º', verified: false },
  { of: 'RS', date: '--09-20', name: 'Revolução Farroupilha', law: 'Lei 9.093/1995, Decreto estadual 36.180/1995', verified: true },
  { of: 'SC', date: '--08-11', name: 'Criação da Capitania de Santa Catarina', law: 'Lei 10.306/1996', verified: false, untilYear: 2004 },
  { of: 'SE', date: '--07-08', name: 'Emancipação Política de Sergipe', law: 'Constituição de Sergipe, art. 269', verified: false },
  { of: 'SP', date: '--07-09', name: 'Revolução Constitucionalista de 1932', law: 'Lei 9.497/1997', verified: true, untilYear: 2019 },
  { of: 'SP', date: '2020-05-25', name: 'Revolução Constitucionalista de 1932 (antecipado)', law: 'Lei 17.264/2020', verified: true },
  { of: 'SP', date: '--07-09', name: 'Revolução Constitucionalista de 1932', law: 'Lei 9.497/1997', verified: true, fromYear: 2021 },
  { of: 'TO', date: '--03-18', name: 'Autonomia do Tocantins', law: 'Lei 960/1998', verified: false },
  { of: 'TO', date: '--09-08', name: 'Nossa Senhora da Natividade', law: 'Lei 627/1993', verified: false },
  { of: 'TO', date: '--10-05', name: 'Criação do Tocantins', law: 'Constituição do Tocantins', verified: false },
];

// One holiday a line, to be read as a table.
// prettier-ignore
export const CAPITAL_HOLIDAYS: readonly RegionalHoliday<City>[] = [
  { of: 'rio-branco', date: '--12-28', name: 'Aniversário de Rio Branco', law: 'lei municipal, número não conferido', verified: false },
  { of: 'maceio', date: '--08-27', name: 'Nossa Senhora dos Prazeres', law: 'Lei 2.474/1978', verified: false },
  { of: 'maceio', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'Lei 2.474/1978', verified: false },
  { of: 'manaus', date: '--10-24', name: 'Aniversário de Manaus', law: 'lei municipal, número não conferido', verified: false },
  { of: 'manaus', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'macapa', date: '--02-04', name: 'Aniversário de Macapá', law: 'lei municipal, número não conferido', verified: false },
  { of: 'salvador', date: '--06-24', name: 'São João', law: 'Lei 1.997/1967', verified: false },
  { of: 'salvador', date: '--12-08', name: 'Nossa Senhora da Conceição da Praia', law: 'Lei 1.997/1967', verified: false },
  { of: 'fortaleza', date: '--03-19', name: 'São José', law: 'Lei 8.796/2003', verified: false, fromYear: 2004 },
  { of: 'fortaleza', date: '--08-15', name: 'Nossa Senhora da Assunção', law: 'Lei 8.796/2003', verified: false, fromYear: 2004 },
  { of: 'vitoria', date: '--09-08', name: 'Nossa Senhora da Vitória', law: 'lei municipal, número não conferido', verified: false },
  { of: 'goiania', date: '--05-24', name: 'Nossa Senhora Auxiliadora', law: 'lei municipal, número não conferido', verified: false },
  { of: 'goiania', date: '--10-24', name: 'Aniversário de Goiânia', law: 'lei municipal, número não conferido', verified: false },
  { of: 'sao-luis', date: '--06-29', name: 'São Pedro', law: 'Lei 3.432/1996', verified: false },
  { of: 'sao-luis', date: '--09-08', name: 'Aniversário de São Luís', law: 'Lei 3.432/1996', verified: false },
  { of: 'sao-luis', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'Lei 3.432/1996', verified: false },
  { of: 'belo-horizonte', date: '--08-15', name: 'Assunção de Nossa Senhora', law: 'Lei 1.327/1967', verified: false },
  { of: 'belo-horizonte', date: '--12-08', name: 'Imaculada Conceição', law: 'Lei 1.327/1967', verified: false },
  { of: 'campo-grande', date: '--06-13', name: 'Santo Antônio', law: 'lei municipal, número não conferido', verified: false },
  { of: 'campo-grande', date: '--08-26', name: 'Aniversário de Campo Grande', law: 'lei municipal, número não conferido', verified: false },
  { of: 'cuiaba', date: '--04-08', name: 'Aniversário de Cuiabá', law: 'lei municipal, número não conferido', verified: false },
  { of: 'cuiaba', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'belem', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'joao-pessoa', date: '--06-24', name: 'São João', law: 'lei municipal, número não conferido', verified: false },
  { of: 'joao-pessoa', date: '--08-05', name: 'Nossa Senhora das Neves', law: 'lei municipal, número não conferido', verified: false },
  { of: 'joao-pessoa', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'recife', date: '--06-24', name: 'São João', law: 'Lei 9.777/1967', verified: false },
  { of: 'recife', date: '--07-16', name: 'Nossa Senhora do Carmo', law: 'Lei 9.777/1967', verified: true },
  { of: 'recife', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'Lei 9.777/1967', verified: false },
  { of: 'teresina', date: '--08-16', name: 'Aniversário de Teresina', law: 'lei municipal, número não conferido', verified: false },
  { of: 'teresina', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'curitiba', date: '--09-08', name: 'Nossa Senhora da Luz dos Pinhais', law: 'Lei 3.015/1967', verified: false },
  { of: 'rio-de-janeiro', date: '--01-20', name: 'São Sebastião', law: 'Lei 1.271/1988', verified: false },
  { of: 'natal', date: '--01-06', name: 'Santos Reis', law: 'lei municipal, número não conferido', verified: false },
  { of: 'natal', date: '--11-21', name: 'Nossa Senhora da Apresentação', law: 'lei municipal, número não conferido', verified: false },
  { of: 'porto-velho', date: '--01-24', name: 'Instalação do Município', law: 'lei municipal, número não conferido', verified: false },
  { of: 'porto-velho', date: '--10-02', name: 'Criação do Município', law: 'lei municipal, número não conferido', verified: false },
  { of: 'boa-vista', date: '--01-20', name: 'São Sebastião', law: 'lei municipal, número não conferido', verified: false },
  { of: 'boa-vista', date: '--07-09', name: 'Aniversário de Boa Vista', law: 'lei municipal, número não conferido', verified: false },
  { of: 'boa-vista', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'porto-alegre', date: '--02-02', name: 'Nossa Senhora dos Navegantes', law: 'Lei 4.453/1978', verified: true },
  { of: 'florianopolis', date: '--03-23', name: 'Aniversário de Florianópolis', law: 'Lei 832/1967 na redação da Lei 3.247/1989', verified: true },
  { of: 'aracaju', date: '--03-17', name: 'Aniversário de Aracaju', law: 'lei municipal, número não conferido', verified: false },
  { of: 'aracaju', date: '--06-24', name: 'São João', law: 'lei municipal, número não conferido', verified: false },
  { of: 'aracaju', date: '--12-08', name: 'Nossa Senhora da Conceição', law: 'lei municipal, número não conferido', verified: false },
  { of: 'sao-paulo', date: '--01-25', name: 'Aniversário de São Paulo', law: 'Lei 14.485/2007', verified: true },
  { of: 'sao-paulo', date: '--11-20', name: 'Consciência Negra', law: 'Lei 13.707/2004, Lei 14.485/2007', verified: true, fromYear: 2004, untilYear: 2023 },
  { of: 'palmas', date: '--03-19', name: 'São José', law: 'lei municipal, número não conferido', verified: false },
  { of: 'palmas', date: '--05-20', name: 'Aniversário de Palmas', law: 'lei municipal, número não conferido', verified: false },
];

// prettier-ignore
const STATE_OF_CAPITAL: Readonly<Record<City, State>> = {
  'rio-branco': 'AC', maceio: 'AL', manaus: 'AM', macapa: 'AP', salvador: 'BA', fortaleza: 'CE', brasilia: 'DF',
  vitoria: 'ES', goiania: 'GO', 'sao-luis': 'MA', 'belo-horizonte': 'MG', 'campo-grande': 'MS', cuiaba: 'MT', belem: 'PA',
  'joao-pessoa': 'PB', recife: 'PE', teresina: 'PI', curitiba: 'PR', 'rio-de-janeiro': 'RJ', natal: 'RN',
  'porto-velho': 'RO', 'boa-vista': 'RR', 'porto-alegre': 'RS', florianopolis: 'SC', aracaju: 'SE', 'sao-paulo': 'SP',
  palmas: 'TO',
};

/** The holidays that `state` and `city` of a calendar add, as if the operator had listed them. */
export function regionalHolidays(
  calendar: Pick<CalendarConfig, 'state' | 'city' | 'unverifiedHolidays'>,
): HolidayConfig[] {
  const state = calendar.state ?? (calendar.city && STATE_OF_CAPITAL[calendar.city]);
  const wanted = ({ verified }: RegionalHoliday): boolean =>
    verified || calendar.unverifiedHolidays;
  return [
    ...STATE_HOLIDAYS.filter(({ of }) => of === state)
      .filter(wanted)
      .map(asListed('state')),
    ...CAPITAL_HOLIDAYS.filter(({ of }) => of === calendar.city)
      .filter(wanted)
      .map(asListed('municipal')),
  ];
}

function asListed(scope: 'state' | 'municipal'): (holiday: RegionalHoliday) => HolidayConfig {
  return ({ date, name, law, fromYear, untilYear }) => ({
    date,
    name,
    law,
    scope,
    ...(fromYear === undefined ? {} : { fromYear }),
    ...(untilYear === undefined ? {} : { untilYear }),
  });
}
