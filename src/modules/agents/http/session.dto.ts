import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class LogInDto {
  @ApiProperty({ type: String, format: 'email' })
  @IsEmail()
  @MaxLength(320)
  email: string;

  @ApiProperty({ type: String, format: 'password' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  password: string;
}

export class AgentDto {
  @ApiProperty({ type: String, format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, format: 'email' })
  email: string;

  @ApiProperty({ type: String })
  name: string;

  @ApiProperty({ enum: ['agent', 'supervisor', 'admin'] })
  role: 'agent' | 'supervisor' | 'admin';
}

export class SessionDto {
  @ApiProperty({ type: AgentDto })
  agent: AgentDto;

  @ApiProperty({
    type: String,
    description: 'Send it as X-CSRF-Token with every change made by cookie.',
  })
  csrfToken: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The end at most; idle sessions end earlier.',
  })
  expiresAt: string;
}
