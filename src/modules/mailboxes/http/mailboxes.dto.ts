import { ApiProperty } from '@nestjs/swagger';

export class MailServerDto {
  @ApiProperty({ example: 'imap.empresa.com.br' })
  host: string;

  @ApiProperty({ example: 993 })
  port: number;

  @ApiProperty({ enum: ['implicit', 'starttls', 'none'] })
  tls: string;

  @ApiProperty({ enum: ['none', 'password', 'oauth2'], description: 'How we log in' })
  login: string;
}

export class MailboxLiveDto {
  @ApiProperty({
    enum: ['connecting', 'syncing', 'idle', 'polling', 'failing', 'stopped'],
    description: 'stopped: no worker holds it',
  })
  state: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  since: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the server was last talked to with success',
  })
  lastSeenAt: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null once it works again' })
  error: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  errorAt: string | null;

  @ApiProperty({ description: 'Failed attempts in a row' })
  consecutiveFailures: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt: string | null;

  @ApiProperty({ description: 'Messages on the server that are not recorded yet' })
  unseenOnServer: number;

  @ApiProperty({ description: 'Messages recorded and not yet processed' })
  unprocessed: number;

  @ApiProperty({ description: 'Age of the oldest of those, in seconds; 0 where nothing waits' })
  lagSeconds: number;
}

export class MailboxSendingDto {
  @ApiProperty({ enum: ['ok', 'failing', 'stopped'] })
  state: string;

  @ApiProperty({ type: String, nullable: true })
  error: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  retryAt: string | null;
}

export class MailboxCanaryDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'When the last probe left' })
  sentAt: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last one that came back was recognised',
  })
  backAt: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How long that one took, from SMTP to recognition',
  })
  seconds: number | null;

  @ApiProperty({ type: String, enum: ['inbox', 'junk'], nullable: true })
  arrivedIn: string | null;
}

export class MailboxExpiryDto {
  @ApiProperty({ enum: ['certificate_imap', 'certificate_smtp', 'authorization'] })
  what: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt: string;
}

export class MailboxDto {
  @ApiProperty({ example: 'suporte' })
  key: string;

  @ApiProperty({ example: 'suporte@empresa.com.br' })
  address: string;

  @ApiProperty({ type: [String] })
  aliases: string[];

  @ApiProperty({ description: 'Key of its queue', example: 'support' })
  queue: string;

  @ApiProperty({ enum: ['live', 'observe'] })
  mode: string;

  @ApiProperty({ description: 'now, all, a day or an instant (D1)', example: 'now' })
  startFrom: string;

  @ApiProperty({ type: String, nullable: true })
  fixedReason: string | null;

  @ApiProperty({ type: String, nullable: true })
  fallbackReason: string | null;

  @ApiProperty({ example: 'default' })
  calendar: string;

  @ApiProperty({ enum: ['keep', 'seen', 'move'] })
  after: string;

  @ApiProperty()
  retired: boolean;

  @ApiProperty({ type: MailServerDto })
  imap: MailServerDto;

  @ApiProperty({ type: MailServerDto })
  smtp: MailServerDto;

  @ApiProperty({ type: MailboxLiveDto })
  live: MailboxLiveDto;

  @ApiProperty({ type: MailboxSendingDto })
  sending: MailboxSendingDto;

  @ApiProperty({
    type: MailboxCanaryDto,
    nullable: true,
    description: 'Null where no probe ever left',
  })
  canary: MailboxCanaryDto | null;

  @ApiProperty({
    type: [MailboxExpiryDto],
    description:
      'What runs out: certificates as last seen, the authorization where its end is known',
  })
  expires: MailboxExpiryDto[];
}

export class MailboxListDto {
  @ApiProperty({ type: [MailboxDto] })
  items: MailboxDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
