export { Requesters, type Requester } from './requesters.facade.js';
