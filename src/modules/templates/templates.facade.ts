import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Alarms, OperatorError } from '../../platform/index.js';
import { describeProblem, type TemplateProblem } from './domain/check-part.js';
import {
  contractOf,
  sampleData,
  type TemplateData,
  type TemplateName,
} from './domain/contracts.js';
import { TemplateSet, type CommonData, type RenderedMail } from './template-set.js';

export type { RenderedMail } from './template-set.js';
export type { TemplateData, TemplateName } from './domain/contracts.js';

const ALARM = 'templates';

/** Liquid templates, checked at start against the variables that each may use (file and line in the error). */
@Injectable()
export class Templates implements OnModuleInit, OnModuleDestroy {
  private set: TemplateSet | null = null;
  private directory: string | undefined;
  private unfollow: () => void = () => undefined;

  constructor(
    private readonly config: CurrentConfig,
    private readonly alarms: Alarms,
  ) {}

  /** Every problem of ours and of the operator's templates in `directory`; empty where all are sound. */
  static async problems(directory: string | undefined): Promise<readonly TemplateProblem[]> {
    const load = await TemplateSet.load(directory);
    return load.kind === 'sound' ? [] : load.problems;
  }

  /** Loads and checks everything; OperatorError naming each file and line refuses the start. */
  async onModuleInit(): Promise<void> {
    await this.load();
    this.unfollow = this.config.onChange(() => void this.follow());
  }

  onModuleDestroy(): void {
    this.unfollow();
  }

  /**
   * Renders with exactly the variables that the template's contract names; `companyName` and `helpCenterUrl` are
   * filled in here. Names lose URLs and are cut. Throws an Error where the data breaks the contract.
   */
  async render<Name extends TemplateName>(
    name: Name,
    data: TemplateData<Name>,
  ): Promise<RenderedMail> {
    const set = this.set ?? (await this.load());
    return set.render(name, data, this.common());
  }

  /** The template with the sample values of its contract, for `template preview`. */
  async preview(name: TemplateName): Promise<RenderedMail> {
    const set = this.set ?? (await this.load());
    const own = Object.entries(sampleData(contractOf(name), 'full')).filter(
      ([key]) => key !== 'companyName' && key !== 'helpCenterUrl',
    );
    return set.render(name, Object.fromEntries(own), this.common());
  }

  private async load(): Promise<TemplateSet> {
    const { directory } = this.config.get().templates;
    const load = await TemplateSet.load(directory);
    if (load.kind === 'broken') {
      throw new OperatorError(
        `The mail templates have mistakes:\n${load.problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')}`,
      );
    }
    this.directory = directory;
    this.set = load.set;
    return load.set;
  }

  /** A new configuration may name another folder: what is broken there raises an alarm and the old ones stay. */
  private async follow(): Promise<void> {
    if (this.config.get().templates.directory === this.directory) return;
    try {
      await this.load();
      await this.alarms.clear(ALARM);
    } catch (error) {
      const details = { problem: error instanceof Error ? error.message : String(error) };
      await this.alarms
        .raise(
          ALARM,
          'critical',
          'The new mail templates have mistakes; the ones before stay in use.',
          details,
        )
        .catch(() => undefined);
    }
  }

  private common(): CommonData {
    const { company } = this.config.get();
    return { companyName: company.name, helpCenterUrl: company.helpCenterUrl ?? null };
  }
}
