// Reads [{"contentType", "messageId", "body"}] from standard input, publishes each, prints every answer for `tenant` as one
// line of JSON, and ends when as many answers came as messages were sent.
const amqp = require('amqplib');

async function main() {
  const [url, tenant] = process.argv.slice(2);
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const messages = JSON.parse(text);

  const connection = await amqp.connect(url);
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue(`platform.node-${process.pid}-${messages[0].messageId}`, { autoDelete: true });
  await channel.bindQueue(queue, 'sovereignty.decisions', tenant);

  let answers = 0;
  await channel.consume(queue, (message) => {
    console.log(message.content.toString());
    answers += 1;
    if (answers === messages.length) connection.close();
  }, { noAck: true });

  for (const { contentType, messageId, body } of messages) {
    channel.publish('sovereignty.data-created', '', Buffer.from(JSON.stringify(body)), {
      contentType, messageId, persistent: true, userId: 'platform-service',
    });
  }
  await channel.waitForConfirms();
}

main().catch((error) => { console.error(error.message); process.exit(1); });
