import type { Dimension, Measure, Period } from './report.js';

/** What people read in CSV titles and labels (pt-BR). */
export const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  queue: 'Fila',
  reason: 'Motivo de contato',
  agent: 'Atendente',
  mailbox: 'Caixa postal',
  channel: 'Canal',
};

/** The label of what has none: no reason decided, nobody assigned, not by mail. */
export const NOTHING_WORDS: Readonly<Record<Dimension, string>> = {
  queue: 'Sem fila',
  reason: 'A classificar',
  agent: 'Sem atendente',
  mailbox: 'Sem caixa postal',
  channel: 'Sem canal',
};

export const PERIOD_WORDS: Readonly<Record<Period, string>> = {
  day: 'Dia',
  week: 'Semana iniciada em',
  month: 'Mês iniciado em',
};

export const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  email: 'E-mail',
  form: 'Formulário',
  phone: 'Telefone',
  chat: 'Chat',
  whatsapp: 'WhatsApp',
  messenger: 'Messenger',
  assistant: 'Assistente virtual',
  other: 'Outro',
};

export const KIND_WORDS: Readonly<Record<string, string>> = {
  first_return: 'Primeiro retorno',
  next_return: 'Retorno seguinte',
  resolution: 'Resolução do direcionamento',
  overall_resolution: 'Resolução do chamado',
  internal_return: 'Meta interna de retorno',
  internal_resolution: 'Meta interna de resolução',
};

export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  firstReturn: 'Primeiro retorno',
  nextReturn: 'Retorno seguinte',
  escalation: 'Direcionamento',
  resolution: 'Resolução do chamado',
};

/** ISO order: Monday first. */
export const WEEKDAY_WORDS = [
  'segunda-feira',
  'terça-feira',
  'quarta-feira',
  'quinta-feira',
  'sexta-feira',
  'sábado',
  'domingo',
] as const;
