import { Body, Controller, Delete, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentConfig } from '../../../config/index.js';
import { countedAddress, RouteAccess, SameSiteGuard } from '../../../platform/http/index.js';
import { LogIn } from '../commands/log-in.js';
import { LogOut } from '../commands/log-out.js';
import { sessionOf } from './agent-authenticator.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { LogInDto, SessionDto } from './session.dto.js';

@ApiTags('session')
@Controller('session')
export class SessionController {
  constructor(
    private readonly logIn: LogIn,
    private readonly logOut: LogOut,
    private readonly config: CurrentConfig,
  ) {}

  @Post()
  @RouteAccess('public')
  @UseGuards(SameSiteGuard)
  @ApiOperation({ summary: 'Log in: sets the session cookie' })
  @ApiCreatedResponse({ type: SessionDto })
  async open(
    @Body() body: LogInDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionDto> {
    const { actor, token, csrfToken, expiresAt } = await this.logIn.run({
      email: body.email,
      password: body.password,
      address: countedAddress(request.ip),
    });
    setSessionCookie(response, token, expiresAt, this.config.get().http.cookies.secure);
    return {
      agent: { id: actor.agentId, email: actor.email, name: actor.name, role: actor.role },
      csrfToken,
      expiresAt: expiresAt.toISOString(),
    };
  }

  @Delete()
  @HttpCode(204)
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Log out: ends the session of the cookie' })
  @ApiNoContentResponse()
  async close(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const session = sessionOf(request);
    if (session !== null) await this.logOut.run(session.id);
    clearSessionCookie(response, this.config.get().http.cookies.secure);
  }
}
