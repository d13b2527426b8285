import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { AppError } from '../../../platform/index.js';
import { pageOf, RouteAccess, UuidPipe, type Page } from '../../../platform/http/index.js';
import { ChangeRequesters } from '../commands/change-requesters.js';
import { PeopleStore } from '../store/people.store.js';
import {
  MergeRequesterInput,
  presentPerson,
  RequesterPersonDto,
  RequesterQuery,
  SplitRequesterInput,
} from './requesters.dto.js';

/** People with several addresses (D26), as far as the reader may see their tickets (D20). */
@ApiTags('requesters')
@Controller('requesters')
export class RequestersController {
  constructor(
    private readonly people: PeopleStore,
    private readonly change: ChangeRequesters,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Who has this address: one person or none' })
  @pageOf(RequesterPersonDto)
  async byAddress(
    @Query() { address }: RequesterQuery,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<RequesterPersonDto>> {
    const person = await this.people.byAddress(scope, address.trim().toLowerCase());
    return { items: person === null ? [] : [presentPerson(person)], nextCursor: null };
  }

  @Get(':id')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'One person with every address' })
  @ApiOkResponse({ type: RequesterPersonDto })
  async show(
    @Param('id', UuidPipe) id: string,
    @CurrentScope() scope: AccessScope,
  ): Promise<RequesterPersonDto> {
    const person = await this.people.find(scope, id);
    if (person === null) throw new AppError('not_found');
    return presentPerson(person);
  }

  @Post(':id/merge')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({
    summary: 'D26: another record is the same person; addresses and tickets come here',
  })
  @ApiOkResponse({ type: RequesterPersonDto })
  async merge(
    @Param('id', UuidPipe) id: string,
    @Body() body: MergeRequesterInput,
    @CurrentScope() scope: AccessScope,
  ): Promise<RequesterPersonDto> {
    await this.change.merge(scope, id, body.requester.toLowerCase());
    return this.show(id, scope);
  }

  @Post(':id/split')
  @RouteAccess('agent')
  @ApiOperation({
    summary: 'D26: some of the addresses are another person; the tickets asked from them go along',
  })
  @ApiCreatedResponse({ type: RequesterPersonDto, description: 'The new requester' })
  async split(
    @Param('id', UuidPipe) id: string,
    @Body() { addresses, name }: SplitRequesterInput,
    @CurrentScope() scope: AccessScope,
  ): Promise<RequesterPersonDto> {
    const made = await this.change.split(scope, id, { addresses, name: name ?? '' });
    return this.show(made, scope);
  }
}
