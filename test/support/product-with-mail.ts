import { Correspondence } from './correspondence.js';
import { emptyDatabase } from './database.js';
import { Dovecot } from './dovecot.js';
import { Product, type ProductOptions } from './product.js';
import { SmtpSink } from './smtp-sink.js';

type Settings = Omit<ProductOptions, 'databaseUrl' | 'dovecot' | 'sink'>;

/** The running product with all that it needs around it, and the customers' side of the post. */
export class ProductWithMail {
  private constructor(
    readonly product: Product,
    readonly dovecot: Dovecot,
    readonly sink: SmtpSink,
    readonly post: Correspondence,
    readonly databaseUrl: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** `addresses` are the mailboxes on the server: the product's own, and those of customers who read their mail there. */
  static async start(
    addresses: readonly string[],
    settings: Settings = {},
  ): Promise<ProductWithMail> {
    const started: (() => Promise<unknown>)[] = [];
    const stop = async (): Promise<void> => {
      for (const end of started.splice(0).reverse()) await end();
    };
    try {
      const database = await emptyDatabase();
      started.push(() => database.close());
      const dovecot = await Dovecot.start([...addresses]);
      started.push(() => dovecot.stop());
      const sink = await SmtpSink.start();
      started.push(() => sink.stop());
      const product = await Product.start({
        ...settings,
        databaseUrl: database.url,
        dovecot,
        sink,
      });
      started.push(() => product.remove());
      const post = new Correspondence(dovecot, sink);
      return new ProductWithMail(product, dovecot, sink, post, database.url, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }
}
