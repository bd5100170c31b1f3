/** In the place of the parts of Node.js. */
export class EventEmitter {}
export default {};
