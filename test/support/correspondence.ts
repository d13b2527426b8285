import nodemailer from 'nodemailer';
import type { Dovecot } from './dovecot.js';
import { eventually } from './eventually.js';
import type { CaughtMail, SmtpSink } from './smtp-sink.js';

/** A mail as its writer's program makes it. */
export interface WrittenMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly inReplyTo?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What customers see of the product: they write to its mailboxes and read what arrives in theirs. */
export class Correspondence {
  constructor(
    private readonly dovecot: Dovecot,
    private readonly sink: SmtpSink,
  ) {
    sink.script.onMessage = async ({ envelopeFrom, recipients, raw }) => {
      for (const recipient of recipients) await dovecot.deliver(recipient, raw, envelopeFrom);
    };
  }

  /** The customer's provider hands the mail to ours: LMTP to Dovecot here. Returns the Message-ID. */
  async send(mail: WrittenMail): Promise<string> {
    const { raw, messageId } = await this.write(mail);
    await this.dovecot.deliver(mail.to, raw, mail.from);
    return messageId;
  }

  async write(mail: WrittenMail): Promise<{ raw: Buffer; messageId: string }> {
    const { inReplyTo, headers, ...rest } = mail;
    const thread = inReplyTo === undefined ? {} : { inReplyTo, references: inReplyTo };
    const stream = nodemailer.createTransport({ streamTransport: true, buffer: true });
    const built = await stream.sendMail({ ...rest, ...thread, headers: { ...headers } });
    return { raw: built.message as Buffer, messageId: built.messageId };
  }

  /** Waits until the mail has gone through SMTP and lies in the reader's mailbox. */
  async received(
    reader: string,
    what: string,
    matches: (mail: CaughtMail) => boolean,
  ): Promise<CaughtMail> {
    const mail = await this.sink.mail(
      what,
      (caught) => caught.recipients.includes(reader) && matches(caught),
      30_000,
    );
    await eventually(
      `${what} in the mailbox`,
      () =>
        this.dovecot.doveadm(
          'search',
          '-u',
          reader,
          'mailbox',
          'INBOX',
          'HEADER',
          'Message-ID',
          mail.parsed.messageId!,
        ) !== '',
    );
    return mail;
  }

  /** The first answer to a mail, and the protocol in its subject. */
  async answerTo(
    reader: string,
    messageId: string,
  ): Promise<{ mail: CaughtMail; protocol: string; text: string }> {
    const mail = await this.received(
      reader,
      `answer to ${messageId}`,
      (caught) => caught.parsed.inReplyTo === messageId,
    );
    const protocol = /\[Chamado (\d+)\]/.exec(mail.parsed.subject!)![1]!;
    return { mail, protocol, text: mail.parsed.text! };
  }
}
