import type {
  AlertmanagerConfig,
  EmailConfig,
  PagerdutyConfig,
  PostConfig,
  Receiver,
  RobotConfig,
  SlackConfig,
  WebhookConfig,
} from '../config.ts';
import { writtenDuration, writtenHttp, writtenSmtp } from './values.ts';

export function writtenReceiver(receiver: Receiver): object {
  return {
    name: receiver.name,
    email_configs: receiver.emails.map(writtenEmail),
    webhook_configs: receiver.webhooks.map(writtenWebhook),
    alertmanager_configs: receiver.alertmanagers?.map(writtenAlertmanager),
    slack_configs: receiver.slacks?.map(writtenSlack),
    pagerduty_configs: receiver.pagerduties?.map(writtenPagerduty),
    feishu_configs: receiver.feishus?.map(writtenRobot),
    dingtalk_configs: receiver.dingtalks?.map(writtenRobot),
    wecom_configs: receiver.wecoms?.map((robot) => ({ url: robot.url, ...writtenPost(robot) })),
  };
}

function writtenEmail({ to, smtp, sendResolved }: EmailConfig): object {
  return { to, send_resolved: sendResolved, ...writtenSmtp(smtp, '') };
}

function writtenWebhook({ url, secret, template, ...post }: WebhookConfig): object {
  const written = template?.kind === 'file' ? { template_file: template.path } : {};
  const inline = template?.kind === 'inline' ? { template: template.text } : {};
  return { url, secret, ...inline, ...written, ...writtenPost(post) };
}

function writtenAlertmanager({ url, resendMs, timeoutMs, http }: AlertmanagerConfig): object {
  return {
    url,
    resend_interval: writtenDuration(resendMs),
    timeout: writtenDuration(timeoutMs),
    http: writtenHttp(http),
  };
}

function writtenSlack({ url, bot, ...post }: SlackConfig): object {
  const where =
    bot === undefined
      ? { api_url: url }
      : { bot_token: bot.token, channel: bot.channel, app_url: url };
  return { ...where, ...writtenPost(post) };
}

function writtenPagerduty({ url, routingKey, ...post }: PagerdutyConfig): object {
  return { routing_key: routingKey, url, ...writtenPost(post) };
}

function writtenRobot({ url, secret, ...post }: RobotConfig): object {
  return { url, secret, ...writtenPost(post) };
}

function writtenPost({ timeoutMs, sendResolved, http }: Omit<PostConfig, 'url'>): object {
  return {
    timeout: writtenDuration(timeoutMs),
    send_resolved: sendResolved,
    http: writtenHttp(http),
  };
}
